/// The built command line, run as a user runs it.
module Redshift.Cli.Tests.Command

open System
open System.Diagnostics
open System.IO
open System.Runtime.InteropServices
open System.Text
open Expecto
open Redshift.Tests

/// What a process left: exit code, standard output, standard error.
type Finished =
    { ExitCode: int
      Output: string
      Error: string }

    /// Standard error by lines.
    member finished.ErrorLines = finished.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)

/// Debug or Release, as these tests were built.
let configuration = DirectoryInfo(AppContext.BaseDirectory).Parent.Name

/// The command line's assembly.
let assembly =
    Repository.file (Path.Combine("src", "Redshift.Cli", "bin", configuration, "net10.0", "redshift.dll"))

/// No test waits longer for a process.
let private patience = TimeSpan.FromMinutes 4.0

/// A running process whose output is collected.
type Running(program: string, folder: string, args: string list, ?environment: (string * string) list) =
    let output, error = StringBuilder(), StringBuilder()

    let collect (into: StringBuilder) (line: string) =
        if not (isNull line) then
            lock into (fun () -> into.Append(line).Append('\n') |> ignore)

    let launched =
        let info =
            ProcessStartInfo(
                program,
                args,
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardOutputEncoding = Encoding.UTF8,
                StandardErrorEncoding = Encoding.UTF8
            )

        for name, value in defaultArg environment [] do
            info.Environment[name] <- value

        let started = new Process(StartInfo = info)
        started.OutputDataReceived.Add(fun e -> collect output e.Data)
        started.ErrorDataReceived.Add(fun e -> collect error e.Data)
        started.Start() |> ignore
        started.BeginOutputReadLine()
        started.BeginErrorReadLine()
        started

    /// The process's number.
    member _.Id = launched.Id

    /// Waits until standard error has a text; false where the process ended before.
    member _.WaitForError(text: string) =
        let said () = lock error (fun () -> error.ToString().Contains text)

        while not (launched.HasExited || said ()) do
            Threading.Thread.Sleep 2

        not launched.HasExited

    /// Waits for the end.
    member _.Finish() : Finished =
        if not (launched.WaitForExit patience) then
            launched.Kill true
            failtest $"""{program} {String.concat " " args}: still running after {patience}; it said {error}"""

        launched.WaitForExit()

        { ExitCode = launched.ExitCode
          Output = output.ToString()
          Error = error.ToString() }

    interface IDisposable with
        member _.Dispose() = launched.Dispose()

[<DllImport("libc", SetLastError = true)>]
extern int kill(int pid, int signal)

/// Ctrl-C, and what cannot be caught.
let interrupt, killed = 2, 9

/// A test that sends signals.
let onUnix name test =
    testCase name (fun () ->
        if OperatingSystem.IsWindows() then
            skiptest "Windows has no such signals"

        test ())

/// Starts `redshift` with arguments, in a folder.
let start (folder: string) (args: string list) = new Running("dotnet", folder, assembly :: args)

/// Runs `redshift` with arguments, in a folder, to its end.
let redshift (folder: string) (args: string list) : Finished =
    use running = start folder args
    running.Finish()

/// Runs `redshift` with some environment variables besides ours; its exit code is to be 0.
let succeedsWith (environment: (string * string) list) (folder: string) (args: string list) : Finished =
    use running = new Running("dotnet", folder, assembly :: args, environment)
    let finished = running.Finish()
    Expect.equal finished.ExitCode 0 $"""redshift {String.concat " " args}: {finished.Error}"""
    finished

/// Runs `redshift`, whose exit code is to be 0.
let succeeds (folder: string) (args: string list) : Finished =
    let finished = redshift folder args
    Expect.equal finished.ExitCode 0 $"""redshift {String.concat " " args}: {finished.Error}"""
    finished
