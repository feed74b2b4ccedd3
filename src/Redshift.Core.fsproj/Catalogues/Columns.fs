namespace Redshift.Core.Catalogues

open System
open System.Collections.Generic

/// What one column of a file is read into; -1 where not.
[<Struct; NoComparison>]
type internal ColumnUse =
    { Sample: int
      Error: int
      Number: int
      Text: int }

/// How a target's filter finds its cell: slots of numbers or texts, -1 where the file lacks the column.
[<Struct; NoComparison>]
type internal FilterSlot =
    { Filter: RowFilter
      NumberSlot: int
      TextSlot: int }

/// What a file's columns are read into.
type internal Columns =
    {
        /// Each column's name in messages: its name, or its index from 1.
        Labels: string[]
        Uses: ColumnUse[]
        HasErrors: bool
        /// The number slot of the redshift, or -1, and its column.
        Redshift: int
        RedshiftColumn: int
        NumberCount: int
        TextCount: int
        /// The text slots that, joined, are the id; empty where there is none.
        Id: int[]
        /// Columns of the frame: name and slot.
        Numbers: (string * int) list
        Texts: (string * int) list
        /// For each target, its filters.
        Filters: FilterSlot[][]
    }

/// Matching a file's column names with a survey.
module internal Columns =

    /// Every column name that the survey gives a meaning.
    let known (survey: Survey) : HashSet<string> =
        let targets = survey.AllTargets

        [ yield! List.concat survey.Id
          yield! targets |> List.collect _.Columns
          yield! targets |> List.collect _.Filters |> List.map _.Column
          yield! survey.Samples |> List.map _.Column
          yield! survey.Samples |> List.choose _.Error
          yield! survey.Numbers
          yield! survey.Texts ]
        |> HashSet

    let private stem (name: string) = name.TrimEnd([| '0' .. '9' |])

    /// `flux_` for samples `flux_0` … : stems that two samples or more share.
    let private numberedStems (survey: Survey) =
        survey.Samples
        |> List.filter (fun s -> stem s.Column <> s.Column)
        |> List.countBy (fun s -> stem s.Column)
        |> List.filter (fun (_, n) -> n > 1)
        |> List.map fst
        |> HashSet

    let private quoted (names: string list) = names |> List.map CatalogueError.quote |> String.concat " or "

    /// A name that stands twice, or a sample beyond the survey's.
    let private refuse (survey: Survey) (names: string[]) error : CatalogueError option =
        let seen = Dictionary<string, int>()
        let meaning = known survey
        let stems = numberedStems survey

        names
        |> Seq.indexed
        |> Seq.tryPick (fun (i, name) ->
            if name = "" then
                None
            elif not (seen.TryAdd(name, i)) then
                let found = $"{CatalogueError.quote name} in columns {seen[name] + 1} and {i + 1}"
                Some(error name "each column once" found)
            elif not (meaning.Contains name) && stem name <> name && stems.Contains(stem name) then
                let last = (List.last survey.Samples).Column
                let expected = $"the {survey.SampleCount} samples of survey {survey.Name}, the last {last}"
                Some(error name expected "a further one")
            else
                None)

    /// Hands out slots, one a column.
    let private slots (names: Dictionary<string, int>) =
        let taken = Dictionary<int, int>()

        let slot (column: string) =
            match names.TryGetValue column with
            | true, i ->
                taken.TryAdd(i, taken.Count) |> ignore
                Some taken[i]
            | false, _ -> None

        taken, slot

    /// What a file with these columns is read into; `labels` name them in messages.
    let resolve (survey: Survey) (labels: string[]) (names: string[]) : Columns =
        let index = Dictionary<string, int>()
        names |> Array.iteri (fun i name -> index.TryAdd(name, i) |> ignore)
        let numberOf, number = slots index
        let textOf, text = slots index

        let position column =
            match index.TryGetValue column with
            | true, i -> i
            | false, _ -> -1

        let targetNumbers =
            [ for target in survey.AllTargets do
                  if not target.IsClass then
                      match target.Columns |> List.tryFind index.ContainsKey |> Option.bind number with
                      | Some slot -> target.Name, slot
                      | None -> () ]

        let targetTexts =
            [ for target in survey.AllTargets do
                  if target.IsClass then
                      match target.Columns |> List.tryFind index.ContainsKey |> Option.bind text with
                      | Some slot -> target.Name, slot
                      | None -> () ]

        let framed slot columns = columns |> List.choose (fun c -> slot c |> Option.map (fun s -> c, s))
        let numbers = targetNumbers @ framed number survey.Numbers
        let texts = targetTexts @ framed text survey.Texts

        let id =
            survey.Id
            |> List.tryFind (List.forall index.ContainsKey)
            |> Option.map (List.choose text >> List.toArray)
            |> Option.defaultValue [||]

        /// As the number that it is read as anyway, otherwise as text.
        let filterSlot (filter: RowFilter) =
            let isNumber =
                match index.TryGetValue filter.Column with
                | true, i -> numberOf.ContainsKey i
                | false, _ -> false

            { Filter = filter
              NumberSlot = if isNumber then (number filter.Column).Value else -1
              TextSlot =
                if isNumber then
                    -1
                else
                    text filter.Column |> Option.defaultValue -1 }

        let filters =
            [| for target in survey.AllTargets -> [| for filter in target.Filters -> filterSlot filter |] |]

        let samples = survey.Samples |> List.mapi (fun i s -> s.Column, i) |> dict

        let errors =
            survey.Samples
            |> List.indexed
            |> List.choose (fun (i, s) -> s.Error |> Option.map (fun e -> e, i))
            |> dict

        let find (table: IDictionary<_, int>) key =
            match table.TryGetValue key with
            | true, value -> value
            | false, _ -> -1

        let uses =
            names
            |> Array.mapi (fun i name ->
                // Of columns with the same name (only blank ones) none is read.
                if position name <> i then
                    { Sample = -1
                      Error = -1
                      Number = -1
                      Text = -1 }
                else
                    { Sample = find samples name
                      Error = find errors name
                      Number = find numberOf i
                      Text = find textOf i })

        { Labels = labels
          Uses = uses
          HasErrors = uses |> Array.exists (fun u -> u.Error >= 0)
          Redshift =
            targetNumbers
            |> List.tryPick (fun (n, s) -> if n = "redshift" then Some s else None)
            |> Option.defaultValue -1
          RedshiftColumn =
            survey.Redshift.Columns
            |> List.map position
            |> List.tryFind (fun i -> i >= 0)
            |> Option.defaultValue -1
          NumberCount = numberOf.Count
          TextCount = textOf.Count
          Id = id
          Numbers = numbers |> List.distinctBy fst
          Texts =
            texts
            |> List.filter (fun (n, _) -> n <> "id" && not (List.exists (fun (m, _) -> m = n) numbers))
            |> List.distinctBy fst
          Filters = filters }

    /// Whether the file has what the survey and the options need.
    let private complete (survey: Survey) (options: ReadOptions) (names: string[]) error =
        let has = HashSet names
        let missing = survey.Samples |> List.map _.Column |> List.filter (has.Contains >> not)

        let filtered =
            if options.RequireRedshift then
                survey.Redshift.Filters
                |> List.map _.Column
                |> List.filter (has.Contains >> not)
            else
                []

        match missing, filtered with
        | first :: rest, _ ->
            let found =
                if rest.IsEmpty then
                    "none"
                else
                    $"none, nor {rest.Length} further ones"

            Some(error $"a column {CatalogueError.quote first} of survey {survey.Name}" found)
        | [], first :: _ -> Some(error $"a column {CatalogueError.quote first} that a row filter needs" "none")
        | [], [] ->
            if
                options.RequireRedshift
                && not (survey.Redshift.Columns |> List.exists has.Contains)
            then
                Some(error $"a redshift column {quoted survey.Redshift.Columns}" "none")
            else
                None

    /// The columns of a file with a header on that line.
    let ofHeader (survey: Survey) (options: ReadOptions) file line (names: string[]) : Result<Columns, CatalogueError> =
        let fault =
            refuse survey names (CatalogueError.ofCell file line)
            |> Option.orElseWith (fun () -> complete survey options names (CatalogueError.ofLine file line))

        match fault with
        | Some fault -> Error fault
        | None ->
            let labels = names |> Array.mapi (fun i name -> if name = "" then string (i + 1) else name)
            Ok(resolve survey labels names)

    /// The columns of a file without a header whose first row, on that line, has so many cells.
    let ofCount (survey: Survey) (options: ReadOptions) file line (count: int) : Result<Columns, CatalogueError> =
        let error = CatalogueError.ofLine file line
        let labels = Array.init count (fun i -> string (i + 1))

        match survey.Headerless |> List.filter (fun order -> order.Length = count) with
        | [] when survey.Headerless.IsEmpty ->
            Error(error $"a header that names the columns of survey {survey.Name}" $"a row of {count} cells")
        | [] ->
            let counts =
                survey.Headerless
                |> List.map (fun order -> string order.Length)
                |> String.concat " or "

            Error(error $"a header, or {counts} columns" $"{count} columns")
        | order :: _ ->
            let names = Array.ofList order

            match complete survey options names error with
            | Some fault -> Error fault
            | None -> Ok(resolve survey labels names)
