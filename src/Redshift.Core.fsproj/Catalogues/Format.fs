namespace Redshift.Core.Catalogues

open System
open System.IO

/// Reads a catalogue of some format piece by piece.
type internal IChunkReader =
    inherit IDisposable

    /// At most so many further rows; `None` at the end. A catalogue without a single good row is an error.
    abstract ReadChunk: maxRows: int -> Result<Catalogue option, CatalogueError>

/// A file format. `Opens` is asked with the first bytes of the file (at most `Formats.PrefixLength`); `Open` gets them
/// again with the stream, which goes on behind them.
type internal Format =
    { Name: string
      Opens: byte[] -> bool
      Open: byte[] -> Stream -> string -> Survey -> ReadOptions -> IChunkReader }
