namespace Redshift.Core

open System.Runtime.CompilerServices

// The codecs of layers are the library's own; its tests may call them.
[<assembly: InternalsVisibleTo("Redshift.Core.Tests")>]
do ()
