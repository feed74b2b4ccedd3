namespace Redshift.Core.Catalogues

open System
open System.Collections.Generic
open System.Globalization
open System.Security.Cryptography
open System.Text

/// Ids seen before, 16 bytes each.
[<Sealed>]
type internal SeenIds() =
    let seen = HashSet<UInt128>()

    /// Whole numbers as such; other texts by 127 bits of their SHA-256.
    static let key (id: string) : UInt128 =
        match UInt64.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture) with
        | true, number when number.ToString CultureInfo.InvariantCulture = id -> UInt128(0UL, number)
        | _ ->
            let hash = SHA256.HashData(Encoding.UTF8.GetBytes id)
            UInt128(BitConverter.ToUInt64(hash, 0) ||| (1UL <<< 63), BitConverter.ToUInt64(hash, 8))

    /// Adds an id; false where it is there already.
    member _.Add(id: string) : bool = seen.Add(key id)

/// Puts whole spectra together from the rows of one file after the other: BP and RP of `convert` output, which may come
/// in any order, become one; a source that comes again is refused. Rows without an id are taken as they are.
[<Sealed>]
type GaiaXpJoin() =
    let seen = SeenIds()
    let waiting = Dictionary<string, struct (int64 * string * GaiaXpRow)>()
    let mutable added = 0L

    /// Bands that wait for the other: about a gigabyte would be 500,000.
    let mostWaiting = 100_000

    let again source (row: GaiaXpRow) found =
        Error(CatalogueError.ofCell source row.Line "source_id" "each source once" found)

    let whole (first: GaiaXpRow) (second: GaiaXpRow) =
        let blue, red =
            if first.Part = GaiaXpPart.Blue then
                first, second
            else
                second, first

        let either a b = if Double.IsNaN a then b else a

        { first with
            Part = GaiaXpPart.Both
            Ra = either first.Ra second.Ra
            Dec = either first.Dec second.Dec
            Redshift = either first.Redshift second.Redshift
            Flux = Array.append blue.Flux red.Flux
            Errors = Array.append blue.Errors red.Errors }

    /// Takes a row of the file `source`: a whole spectrum, or none where the other band has yet to come.
    member _.Add(source: string, row: GaiaXpRow) : Result<GaiaXpRow voption, CatalogueError> =
        match waiting.TryGetValue row.SourceId with
        | true, _ when row.Part = GaiaXpPart.Both || row.SourceId = "" -> again source row $"{row.SourceId} again"
        | true, struct (_, _, other) when other.Part = row.Part ->
            let band = if row.Part = GaiaXpPart.Blue then "BP" else "RP"
            again source row $"{band} of {row.SourceId} again"
        | true, struct (_, _, other) ->
            waiting.Remove row.SourceId |> ignore
            Ok(ValueSome(whole other row))
        | _ when row.SourceId <> "" && not (seen.Add row.SourceId) -> again source row $"{row.SourceId} again"
        | _ when row.Part = GaiaXpPart.Both -> Ok(ValueSome row)
        | _ when waiting.Count = mostWaiting ->
            let expected = $"BP and RP of a source at most {mostWaiting} sources apart"
            Error(CatalogueError.ofLine source row.Line expected "more")
        | _ ->
            added <- added + 1L
            waiting[row.SourceId] <- struct (added, source, row)
            Ok ValueNone

    /// Once all files are read: the bands whose other one is missing, in the order of their files and lines.
    member _.Unpaired: CatalogueError[] =
        [| for struct (_, source, row) in waiting.Values |> Seq.sortBy (fun (struct (place, _, _)) -> place) do
               let has, lacks =
                   if row.Part = GaiaXpPart.Blue then
                       "BP", "RP"
                   else
                       "RP", "BP"

               CatalogueError.ofCell source row.Line "xp" $"{lacks} of {row.SourceId} as well" $"{has} alone" |]
