namespace Redshift.Core.Catalogues

open System
open System.Collections.Generic
open System.Globalization
open System.IO
open System.Text

/// The cards of a FITS header: keywords and their values as text.
module internal FitsCards =

    /// Bytes of a block; headers and data fill whole ones.
    let blockSize = 2880

    let private cardSize = 80
    let private mostBlocks = 2000

    /// The value of a card: the text between quotes, or what stands before a comment.
    let private valueOf (text: string) =
        let text = text.Trim()

        if text.StartsWith '\'' then
            let mutable close = 1

            while close < text.Length
                  && (text[close] <> '\'' || close + 1 < text.Length && text[close + 1] = '\'') do
                close <- close + (if text[close] = '\'' then 2 else 1)

            text.Substring(1, min close text.Length - 1).Replace("''", "'").TrimEnd()
        else
            let comment = text.IndexOf '/'
            (if comment < 0 then text else text.Substring(0, comment)).Trim()

    /// Takes a block's cards; true once the last was among them.
    let private takeBlock (cards: Dictionary<string, string>) (block: byte[]) =
        let text = Encoding.Latin1.GetString block
        let mutable ended = false

        for i in 0 .. blockSize / cardSize - 1 do
            let card = text.Substring(i * cardSize, cardSize)
            let keyword = card.Substring(0, 8).TrimEnd()

            if not ended && keyword = "END" then
                ended <- true
            elif not ended && card[8] = '=' then
                cards.TryAdd(keyword, valueOf (card.Substring(9))) |> ignore

        ended

    /// A header's cards from the stream's position on.
    let read source (stream: Stream) : Result<Dictionary<string, string>, CatalogueError> =
        let cards = Dictionary<string, string>()
        let block = Array.zeroCreate<byte> blockSize

        let rec next n =
            if n = mostBlocks then
                Error(CatalogueError.ofFile source $"a FITS header of at most {mostBlocks} blocks" "more")
            elif stream.ReadAtLeast(block.AsSpan(), blockSize, false) < blockSize then
                Error(CatalogueError.ofFile source "the end of a FITS header" "the end of the file")
            elif takeBlock cards block then
                Ok cards
            else
                next (n + 1)

        next 0

    /// The value of a keyword; "" where there is none.
    let text (cards: Dictionary<string, string>) key =
        match cards.TryGetValue key with
        | true, value -> value
        | _ -> ""

    /// The whole number of a keyword from `low` to `high`, or `otherwise` where there is none.
    let whole source (cards: Dictionary<string, string>) key (low: int64) (high: int64) otherwise =
        match text cards key, otherwise with
        | "", ValueSome value -> Ok value
        | value, _ ->
            match Int64.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) with
            | true, number when number >= low && number <= high -> Ok number
            | _ ->
                let found = if value = "" then "nothing" else CatalogueError.quote value
                Error(CatalogueError.ofCell source 0 key $"a whole number from {low} to {high}" found)

    /// The number of a keyword, or `otherwise` where there is none.
    let real source (cards: Dictionary<string, string>) key otherwise =
        match text cards key with
        | "" -> Ok otherwise
        | value ->
            match
                Double.TryParse(
                    value.ToUpperInvariant().Replace('D', 'E'),
                    NumberStyles.Float,
                    CultureInfo.InvariantCulture
                )
            with
            | true, number when Double.IsFinite number -> Ok number
            | _ -> Error(CatalogueError.ofCell source 0 key "a number" (CatalogueError.quote value))

    /// Keywords have no line: the place is `FILE:KEYWORD`.
    let withoutLine (result: Result<'T, CatalogueError>) =
        result
        |> Result.mapError (fun error ->
            if error.Line = Some 0 then
                { error with Line = None }
            else
                error)
