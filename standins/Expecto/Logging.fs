namespace Expecto.Logging

/// How many colours the console shows. Accepted; the output of this implementation is plain.
type ColourLevel =
    | Colour0
    | Colour8
    | Colour256

/// Importance of a message, ascending.
type LogLevel =
    | Verbose
    | Debug
    | Info
    | Warn
    | Error
    | Fatal

namespace Expecto

open System
open Expecto.Logging

/// Lines of the form `[10:30:49 INF] message <Expecto>` on standard output.
module internal Console =
    let private gate = obj ()
    let mutable threshold = LogLevel.Info
    let mutable source = "Expecto"

    let private abbreviation level =
        match level with
        | LogLevel.Verbose -> "VRB"
        | LogLevel.Debug -> "DBG"
        | LogLevel.Info -> "INF"
        | LogLevel.Warn -> "WRN"
        | LogLevel.Error -> "ERR"
        | LogLevel.Fatal -> "FTL"

    /// Writes at once when run, so that lines of parallel tests never mix.
    let log level (message: string) : Async<unit> =
        async {
            if level >= threshold then
                let time = DateTime.Now.ToString "HH:mm:ss"

                lock gate (fun () ->
                    Console.Out.Write $"[{time} {abbreviation level}] {message} <{source}>{Environment.NewLine}")
        }
