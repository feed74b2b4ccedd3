namespace Expecto.Logging

open System

/// How many colours the console shows. Accepted; the output of this implementation is plain.
type ColourLevel =
    | Colour0
    | Colour8
    | Colour256

/// Importance of a message, ascending.
[<CustomEquality; CustomComparison>]
type LogLevel =
    | Verbose
    | Debug
    | Info
    | Warn
    | Error
    | Fatal

    /// 1 (verbose) to 6 (fatal).
    member x.toInt() =
        match x with
        | Verbose -> 1
        | Debug -> 2
        | Info -> 3
        | Warn -> 4
        | Error -> 5
        | Fatal -> 6

    override x.GetHashCode() = x.toInt ()

    override x.Equals other =
        match other with
        | :? LogLevel as level -> x.toInt () = level.toInt ()
        | _ -> false

    interface IEquatable<LogLevel> with
        member x.Equals other = x.toInt () = other.toInt ()

    interface IComparable<LogLevel> with
        member x.CompareTo other = compare (x.toInt ()) (other.toInt ())

    interface IComparable with
        member x.CompareTo other =
            match other with
            | :? LogLevel as level -> compare (x.toInt ()) (level.toInt ())
            | _ -> 1

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
