/// Text of series and frames.
module internal Deedle.Formatting

open System
open System.Globalization

/// Rows, or columns, shown at each end of a longer table.
let shownAtEachEnd = 15

let private cellWidth = 50

/// A value or key as text.
let text (value: obj) =
    match value with
    | null -> "<null>"
    | :? IFormattable as formattable -> formattable.ToString(null, CultureInfo.InvariantCulture)
    | _ -> string value

/// A value as text, if there is one.
let optional (value: OptionalValue<'T>) =
    if value.HasValue then
        text (box value.Value)
    else
        "<missing>"

/// The first and the last positions, with None between them where some are left out.
let ends first last count =
    if count <= first + last then
        [| for i in 0 .. count - 1 -> Some i |]
    else
        [| for i in 0 .. first - 1 do
               Some i
           None
           for i in count - last .. count - 1 do
               Some i |]

/// The rows with their cells padded to the width of their columns.
let table (rows: string[][]) =
    let clip (cell: string) =
        if cell.Length > cellWidth then
            cell.Substring(0, cellWidth - 3) + "..."
        else
            cell

    let rows = rows |> Array.map (Array.map clip)
    let widths = Array.transpose rows |> Array.map (Array.map String.length >> Array.max)

    rows
    |> Array.map (fun row ->
        (Array.map2 (fun (cell: string) width -> cell.PadRight(width + 1)) row widths
         |> String.concat "")
        + Environment.NewLine)
    |> String.concat ""
