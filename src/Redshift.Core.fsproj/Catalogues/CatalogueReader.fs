namespace Redshift.Core.Catalogues

open System
open System.IO

/// Reads a catalogue piece by piece in constant memory. Not thread-safe; the stream stays the caller's.
[<Sealed>]
type CatalogueReader(stream: Stream, source: string, survey: Survey, options: ReadOptions) =

    /// Faults of the medium count as faults of the file.
    let guard (read: unit -> Result<'T, CatalogueError>) =
        try
            read ()
        with
        | :? IOException
        | :? UnauthorizedAccessException as e ->
            Error(CatalogueError.ofFile source "a readable file" (e.Message.ReplaceLineEndings " "))

    let openFormat () =
        guard (fun () ->
            let prefix = Array.zeroCreate<byte> Formats.PrefixLength
            let length = stream.ReadAtLeast(prefix.AsSpan(), prefix.Length, false)
            let prefix = Array.sub prefix 0 length
            let format = Formats.all |> List.find (fun format -> format.Opens prefix)
            Ok(format.Open prefix stream source survey options))

    let reader = lazy openFormat ()

    /// At most `maxRows` further rows (at least 1), row keys of the frame from 0 in every chunk; `None` at the end.
    /// Rows are the same whatever the chunks' size. After an error every call gives it again. With `OnBadRow.Skip` a
    /// chunk may hold no row but a list of skipped ones; a file without a single good row is an error.
    member _.ReadChunk(maxRows: int) : Result<Catalogue option, CatalogueError> =
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRows, 1)

        match reader.Value with
        | Error error -> Error error
        | Ok reader -> guard (fun () -> reader.ReadChunk maxRows)

    interface IDisposable with
        member _.Dispose() =
            if reader.IsValueCreated then
                match reader.Value with
                | Ok reader -> reader.Dispose()
                | Error _ -> ()

/// Making and selecting catalogues.
[<CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Catalogue =

    /// Reads a whole catalogue. `source` is the file's name in messages.
    let read
        (options: ReadOptions)
        (source: string)
        (stream: Stream)
        (survey: Survey)
        : Result<Catalogue, CatalogueError> =
        use reader = new CatalogueReader(stream, source, survey, options)

        match reader.ReadChunk Int32.MaxValue with
        | Ok(Some catalogue) -> Ok catalogue
        | Ok None -> Error(CatalogueError.ofFile source "at least one row of data" "none")
        | Error error -> Error error

    /// A catalogue in memory. `samples`: [n x k] row-major; `redshift`: [n], or empty. `ArgumentException` where the
    /// lengths do not fit.
    let ofArrays (source: string) (survey: Survey) (samples: float32[]) (redshift: float[]) : Catalogue =
        let k = survey.SampleCount

        if samples.Length % k <> 0 then
            invalidArg (nameof samples) $"{samples.Length} numbers are no whole rows of {k} samples"

        let count = samples.Length / k

        if redshift.Length <> 0 && redshift.Length <> count then
            invalidArg (nameof redshift) $"{redshift.Length} redshifts for {count} rows"

        let numbers = if redshift.Length = 0 then [] else [ "redshift", redshift ]

        { Survey = survey
          Source = source
          RowNumbers = Array.init count id
          Ids = [||]
          Samples = samples
          SampleErrors = [||]
          SampleStates = [||]
          SampleLimits = [||]
          Redshift = redshift
          Passing = survey.AllTargets |> List.map (fun _ -> [||]) |> Array.ofList
          ObjectFrame = lazy (Objects.frame count numbers [])
          Skipped = []
          SkippedCount = 0 }

    /// The rows at those indices, in that order; the list of skipped rows stays.
    let select (rows: int[]) (catalogue: Catalogue) : Catalogue = catalogue.Select rows

    /// The same objects with other samples, [n x k].
    let withSamples (samples: float32[]) (catalogue: Catalogue) : Catalogue =
        if samples.Length <> catalogue.Samples.Length then
            invalidArg (nameof samples) $"expected {catalogue.Samples.Length} samples, found {samples.Length}"

        { catalogue with Samples = samples }
