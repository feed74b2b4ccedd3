/// Text of the closing lines.
module internal Expecto.Summary

/// Thousands separated by commas.
let commaString (count: int) = count.ToString "#,##0"

/// The labels that all names begin with, joined; `miscellaneous` if there are none.
let commonAncestor (joinWith: string) (names: string list list) =
    let rec common first second =
        match first, second with
        | a :: first, b :: second when a = b -> a :: common first second
        | _ -> []

    match names with
    | [] -> "miscellaneous"
    | first :: others ->
        match List.fold common first others with
        | [] -> "miscellaneous"
        | labels -> String.concat joinWith labels

/// Sections `Passed`, `Ignored`, `Failed`, `Errored`, each with its count and the names.
let sections (groups: (string * int * string list) list) =
    let counts = [ for _, count, _ in groups -> commaString count ]
    let digits = counts |> List.map String.length |> List.max
    let titles = groups |> List.map (fun (title, _, _) -> String.length title) |> List.max

    let section (title: string, _, names) (count: string) =
        let count = count.PadLeft(titles - title.Length + digits)
        let names = names |> List.map (fun name -> "\n\t" + name) |> String.concat ""
        $"{title}: {count}{names}"

    "EXPECTO?! Summary...\n"
    + (List.map2 section groups counts |> String.concat "\n")
