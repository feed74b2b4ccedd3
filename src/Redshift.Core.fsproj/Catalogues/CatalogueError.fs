namespace Redshift.Core.Catalogues

open System

/// What is wrong with a catalogue, in one line: where, what was expected, what was found.
type CatalogueError =
    {
        /// The file as the user named it.
        File: string
        /// The line, from 1, the header included; none where the whole file is at fault.
        Line: int option
        /// The column's name, or its 1-based index; none where the whole line is at fault.
        Column: string option
        /// What the reader needs there.
        Expected: string
        /// What stands there instead.
        Found: string
    }

    /// `FILE:LINE:COLUMN: expected …, found …`; parts that make no sense are left out.
    override this.ToString() =
        let place =
            [ yield this.File
              yield! this.Line |> Option.map string |> Option.toList
              yield! this.Column |> Option.toList ]

        let place = String.Join(":", place)
        $"{place}: expected {this.Expected}, found {this.Found}"

/// Making errors about a catalogue.
module CatalogueError =

    /// An error about the whole file.
    let ofFile file expected found =
        { File = file
          Line = None
          Column = None
          Expected = expected
          Found = found }

    /// An error about a whole line.
    let ofLine file line expected found =
        { ofFile file expected found with
            Line = Some line }

    /// An error about one cell.
    let ofCell file line column expected found =
        { ofLine file line expected found with
            Column = Some column }

    /// A text of the input as it is quoted in messages: one line, in quotes, at most 40 characters.
    let quote (text: string) =
        let shown =
            if text.Length > 40 then
                text.Substring(0, 40) + "…"
            else
                text

        let plain = String.map (fun c -> if Char.IsControl c then '?' else c) shown
        "\"" + plain + "\""
