namespace Redshift.Core.Catalogues

open System.Text.RegularExpressions
open Redshift.Core

/// Survey definitions as JSON. Column lists may hold ranges: `flux_{0..185}`, `F{6000..9000..150}`.
module internal SurveyJson =

    let private range =
        Regex(@"\{(\d{1,9})\.\.(\d{1,9})(?:\.\.(\d{1,9}))?\}", RegexOptions.CultureInvariant)

    [<Literal>]
    let private MostColumns = 100_000

    let private columnName (json: JsonReader) =
        let name = json.String

        if name.Trim() = "" || name.Trim() <> name then
            json.Fail "a column's name without blanks around it"

        name

    /// One name, or as many as its range says.
    let private expand (json: JsonReader) : string list =
        let name = columnName json
        let found = range.Matches name

        match found.Count with
        | 0 -> [ name ]
        | 1 ->
            let part (i: int) = int found[0].Groups[i].Value
            let step = if found[0].Groups[3].Success then part 3 else 1

            if part 2 < part 1 || step < 1 || (part 2 - part 1) / step >= MostColumns then
                json.Fail $"a rising range of at most {MostColumns} columns"

            [ for i in part 1 .. step .. part 2 -> range.Replace(name, string i) ]
        | _ -> json.Fail "at most one range in a name"

    let private columns (json: JsonReader) : string list =
        let all = json.List expand |> List.concat

        match all |> List.countBy id |> List.tryFind (fun (_, n) -> n > 1) with
        | Some(name, _) -> json.Fail("each column once", $"\"{name}\" twice")
        | None -> all

    let private someColumns (json: JsonReader) =
        match columns json with
        | [] -> json.Fail "at least one column"
        | all -> all

    let private comparisons =
        [ "=", Comparison.Equal
          "!=", Comparison.NotEqual
          "<", Comparison.Less
          "<=", Comparison.LessOrEqual
          ">", Comparison.Greater
          ">=", Comparison.GreaterOrEqual ]

    let private kinds = [ "flux", SampleKind.Flux; "magnitude", SampleKind.Magnitude ]

    let private meanings =
        [ "not_observed", SampleState.NotObserved
          "not_detected", SampleState.NotDetected
          "saturated", SampleState.Saturated ]

    let private limitPlaces =
        [ "not_given", LimitPlace.NotGiven
          "in_error", LimitPlace.InError
          "negative_error", LimitPlace.NegativeError ]

    let private nameOf cases case = cases |> List.find (fun (_, c) -> c = case) |> fst

    let private readFilter (json: JsonReader) =
        json.Object(fun o ->
            { Column = o.Required("column", columnName)
              Comparison = o.Default("comparison", Comparison.Equal, _.OneOf(comparisons))
              Value =
                o.Required(
                    "value",
                    (fun v ->
                        if v.IsString then
                            v.String
                        else
                            v.Float.ToString("R", System.Globalization.CultureInfo.InvariantCulture))
                ) })

    let private readTarget (name: string option) (json: JsonReader) =
        json.Object(fun o ->
            { Name = name |> Option.defaultWith (fun () -> o.Required("name", columnName))
              Columns = o.Required("columns", someColumns)
              IsClass = o.Default("is_class", false, _.Bool)
              Filters = o.Default("filters", [], _.List(readFilter)) })

    let private readSentinel (json: JsonReader) =
        json.Object(fun o ->
            { Value = o.Required("value", _.Float)
              Meaning = o.Required("means", _.OneOf(meanings)) })

    /// Columns of errors; null where a sample has none.
    let private errorColumns (json: JsonReader) : string option list =
        let all =
            json.List(fun error ->
                if error.IsNull then
                    [ None ]
                else
                    expand error |> List.map Some)
            |> List.concat

        match all |> List.choose id |> List.countBy id |> List.tryFind (fun (_, n) -> n > 1) with
        | Some(name, _) -> json.Fail("each column once", $"\"{name}\" twice")
        | None -> all

    /// A list with an item for each sample.
    let private asMany samples (read: JsonReader -> 'T list) (json: JsonReader) =
        let all = read json

        if all.Length <> samples then
            json.Fail($"{samples}, one for each sample", string all.Length)

        all

    let private readSystem samples (json: JsonReader) : MagnitudeSystem =
        json.Object(fun o ->
            let offsets = asMany samples _.List(_.Float)

            { AbOffsets =
                match o.Required("system", _.OneOf([ "ab", false; "vega", true ])) with
                | true -> o.Required("ab_offsets", offsets)
                | false -> o.Default("ab_offsets", List.replicate samples 0.0, offsets)
              Scale =
                o.Optional("softening", asMany samples _.List(_.Positive))
                |> Option.map MagnitudeScale.Asinh
                |> Option.defaultValue MagnitudeScale.Pogson })

    let private readExtinction samples (numbers: string list) (json: JsonReader) : Extinction =
        json.Object(fun o ->
            let column (name: JsonReader) =
                let column = columnName name

                if not (List.contains column numbers) then
                    name.Fail("one of the survey's numbers", $"\"{column}\"")

                column

            { Column = o.Required("column", column)
              Coefficients = o.Required("coefficients", asMany samples _.List(_.NonNegative)) })

    let private readSamples (json: JsonReader) =
        json.Object(fun o ->
            let names = o.Required("columns", someColumns)

            /// A list as long as the columns, or nothing for each.
            let perSample field (read: JsonReader -> 'T option list) =
                o.Default(field, List.map (fun _ -> None) names, asMany names.Length read)

            let samples =
                List.zip3
                    names
                    (perSample "errors" errorColumns)
                    (perSample "wavelengths" _.List(fun w -> Some w.Positive))
                |> List.map2
                    (fun zeroPoint (column, error, wavelength) ->
                        { Column = column
                          Error = error
                          Wavelength = wavelength
                          ZeroPoint = zeroPoint })
                    (perSample "zero_points" _.List(fun z -> if z.IsNull then None else Some z.Float))

            let kind = o.Required("kind", _.OneOf(kinds))

            if kind = SampleKind.Flux && samples |> List.exists _.ZeroPoint.IsSome then
                json.Fail("no field \"zero_points\" for samples that are fluxes", "one")

            let unit = o.Required("unit", _.String)
            samples, kind, unit, o.Required("required", _.Bool))

    /// `"source_id"` or, for several columns joined, `["field", "id"]`.
    let private readId (json: JsonReader) =
        if json.IsString then
            [ columnName json ]
        else
            someColumns json

    let private readRange (json: JsonReader) =
        match json.List _.Float with
        | [ low; high ] when low < high -> low, high
        | _ -> json.Fail "two rising numbers"

    let read (json: JsonReader) : Survey =
        json.Object(fun o ->
            let samples, kind, unit, required = o.Required("samples", readSamples)
            let numbers = o.Default("numbers", [], columns)
            let limits = o.Default("limits", LimitPlace.NotGiven, _.OneOf(limitPlaces))
            let magnitudes = o.Optional("magnitudes", readSystem samples.Length)

            if magnitudes.IsSome && kind = SampleKind.Flux then
                json.Fail("no field \"magnitudes\" for samples that are fluxes", "one")

            if limits <> LimitPlace.NotGiven && samples |> List.exists _.Error.IsNone then
                json.Fail("an error column for each sample, where limits stand in or by errors", "none for some")

            { Name = o.Required("name", columnName)
              Description = o.Required("description", _.String)
              Id = o.Default("id", [], _.List(readId))
              Redshift = o.Required("redshift", readTarget (Some "redshift"))
              Targets = o.Default("targets", [], _.List(readTarget None))
              Samples = samples
              Kind = kind
              Unit = unit
              SamplesRequired = required
              Sentinels = o.Default("missing", [], _.List(readSentinel))
              Limits = limits
              Magnitudes = magnitudes
              Extinction = o.Optional("extinction", readExtinction samples.Length numbers)
              Blanks = o.Default("blanks", [], _.List(_.String))
              Numbers = numbers
              Texts = o.Default("texts", [], columns)
              Headerless = o.Default("headerless", [], _.List(someColumns))
              RedshiftRange = o.Required("redshift_range", readRange) })

    let private texts (values: string list) = Json.list (List.map Json.string values)

    let private writeFilter (filter: RowFilter) =
        Json.object
            [ "column", Json.string filter.Column
              "comparison", Json.string (nameOf comparisons filter.Comparison)
              "value", Json.string filter.Value ]

    let private writeTarget named (target: Target) =
        Json.object
            [ if named then
                  "name", Json.string target.Name
              "columns", texts target.Columns
              "is_class", Json.bool target.IsClass
              "filters", Json.list (List.map writeFilter target.Filters) ]

    let private writeSamples (survey: Survey) =
        /// Written only where every sample has it.
        let whole name (pick: Sample -> 'T option) (write: 'T -> JsonValue) =
            match survey.Samples |> List.choose pick with
            | all when all.Length = survey.SampleCount -> [ name, Json.list (List.map write all) ]
            | _ -> []

        Json.object
            [ "columns", texts (survey.Samples |> List.map _.Column)
              if survey.Samples |> List.exists _.Error.IsSome then
                  "errors", Json.list (survey.Samples |> List.map (_.Error >> Json.option Json.string))
              yield! whole "wavelengths" _.Wavelength Json.float
              if survey.HasZeroPoints then
                  "zero_points", Json.list (survey.Samples |> List.map (_.ZeroPoint >> Json.option Json.float))
              "kind", Json.string (nameOf kinds survey.Kind)
              "unit", Json.string survey.Unit
              "required", Json.bool survey.SamplesRequired ]

    /// The fields that a survey of magnitudes may have.
    let private writePhotometry (survey: Survey) =
        let floats values = Json.list (List.map Json.float values)

        [ if survey.Limits <> LimitPlace.NotGiven then
              "limits", Json.string (nameOf limitPlaces survey.Limits)
          match survey.Magnitudes with
          | Some system ->
              "magnitudes",
              Json.object
                  [ // An AB system with offsets says all that a Vega system does.
                    "system", Json.string "ab"
                    "ab_offsets", floats system.AbOffsets
                    match system.Scale with
                    | MagnitudeScale.Asinh softening -> "softening", floats softening
                    | MagnitudeScale.Pogson -> () ]
          | None -> ()
          match survey.Extinction with
          | Some extinction ->
              "extinction",
              Json.object [ "column", Json.string extinction.Column; "coefficients", floats extinction.Coefficients ]
          | None -> () ]

    let write (survey: Survey) : JsonValue =
        let low, high = survey.RedshiftRange

        let sentinel (s: Sentinel) =
            Json.object [ "value", Json.float s.Value; "means", Json.string (nameOf meanings s.Meaning) ]

        Json.object
            [ "name", Json.string survey.Name
              "description", Json.string survey.Description
              "id", Json.list (List.map texts survey.Id)
              "redshift", writeTarget false survey.Redshift
              "targets", Json.list (List.map (writeTarget true) survey.Targets)
              "samples", writeSamples survey
              "missing", Json.list (List.map sentinel survey.Sentinels)
              yield! writePhotometry survey
              "blanks", texts survey.Blanks
              "numbers", texts survey.Numbers
              "texts", texts survey.Texts
              "headerless", Json.list (List.map texts survey.Headerless)
              "redshift_range", Json.list [ Json.float low; Json.float high ] ]
