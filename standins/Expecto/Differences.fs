/// Texts that show where two values differ.
module internal Expecto.Differences

/// The first position where the sequences differ, and what they hold there.
let firstDifference (first: seq<'a>) (second: seq<'a>) =
    use a = first.GetEnumerator()
    use b = second.GetEnumerator()

    let rec loop i =
        let next (e: System.Collections.Generic.IEnumerator<'a>) = if e.MoveNext() then Some e.Current else None

        match next a, next b with
        | Some x, Some y when x = y -> loop (i + 1)
        | None, None -> i, None, None
        | x, y -> i, x, y

    loop 0

/// Both values below each other.
let sideBySide (firstName: string) (first: obj) (secondName: string) (second: obj) =
    let text (value: obj) =
        match value with
        | :? string as s -> s
        | _ -> $"%A{value}"

    let first, second = text first, text second
    let long (s: string) = s.Length > 100 || s.Contains '\n'
    let gap = if long first || long second then "\n" else " "
    $"\n{firstName}:{gap}{first}\n{secondName}:{gap}{second}"

/// The elements with their positions, one on each line.
let numbered (xs: seq<'a>) =
    xs
    |> Seq.mapi (fun i x -> $"  [{i}] %A{x}")
    |> String.concat System.Environment.NewLine

/// The elements in braces.
let braced (xs: seq<'a>) = "{" + (xs |> Seq.map (fun x -> $"{x}") |> String.concat ", ") + "}"
