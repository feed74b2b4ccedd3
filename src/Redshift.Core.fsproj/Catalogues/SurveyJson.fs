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

    let private readSamples (json: JsonReader) =
        json.Object(fun o ->
            let names = o.Required("columns", someColumns)

            /// A list as long as the columns, or nothing for each.
            let perSample field (read: JsonReader -> 'T list) =
                let checkedRead (json: JsonReader) =
                    let all = read json

                    if all.Length <> names.Length then
                        json.Fail($"{names.Length}, one for each sample", string all.Length)

                    List.map Some all

                o.Default(field, List.map (fun _ -> None) names, checkedRead)

            let samples =
                List.map3
                    (fun column error wavelength ->
                        { Column = column
                          Error = error
                          Wavelength = wavelength })
                    names
                    (perSample "errors" columns)
                    (perSample "wavelengths" _.List(_.Positive))

            let kind = o.Required("kind", _.OneOf(kinds))
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
              Blanks = o.Default("blanks", [], _.List(_.String))
              Numbers = o.Default("numbers", [], columns)
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
              yield! whole "errors" _.Error Json.string
              yield! whole "wavelengths" _.Wavelength Json.float
              "kind", Json.string (nameOf kinds survey.Kind)
              "unit", Json.string survey.Unit
              "required", Json.bool survey.SamplesRequired ]

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
              "blanks", texts survey.Blanks
              "numbers", texts survey.Numbers
              "texts", texts survey.Texts
              "headerless", Json.list (List.map texts survey.Headerless)
              "redshift_range", Json.list [ Json.float low; Json.float high ] ]
