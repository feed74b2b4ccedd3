/// An outside reader of ONNX: ONNX Runtime's WebAssembly build from npm, run by node. Fetched on first use into the
/// git-ignored folder paket-files; where npm or node is absent, or npm cannot give it, the test is skipped.
module Redshift.Tests.OnnxRuntime

open System
open System.Diagnostics
open System.IO
open System.Text.Json
open System.Text.Json.Nodes
open Expecto

/// The npm package and its version.
let private package, private version = "onnxruntime-web", "1.20.1"

let private patience = TimeSpan.FromMinutes 3.0

let private onPath (program: string) =
    (Environment.GetEnvironmentVariable "PATH").Split Path.PathSeparator
    |> Seq.exists (fun folder -> File.Exists(Path.Combine(folder, program)))

/// A program's exit code, output and error.
let private execute (program: string) (folder: string) (args: string list) =
    let info =
        ProcessStartInfo(
            program,
            args,
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        )

    use running = Process.Start info
    let output, error = running.StandardOutput.ReadToEndAsync(), running.StandardError.ReadToEndAsync()

    if not (running.WaitForExit patience) then
        running.Kill true
        -1, "", $"still running after {patience}"
    else
        running.ExitCode, output.Result, error.Result

/// Fetches and unpacks into a folder of its own, which is then renamed, so that tests running at once do no harm.
let private fetch (target: string) : string option =
    let scratch = Directory.CreateDirectory(target + "." + string Environment.ProcessId)

    try
        let archive = $"{package}-{version}.tgz"

        let arguments =
            [ "pack"; $"{package}@{version}"; "--silent"; "--fetch-retries=0"; "--fetch-timeout=60000" ]

        match execute "npm" scratch.FullName arguments with
        | 0, _, _ ->
            let wanted =
                [ "ort.wasm.min.js"; "ort-wasm-simd-threaded.mjs"; "ort-wasm-simd-threaded.wasm" ]
                |> List.map (fun name -> $"package/dist/{name}")

            match execute "tar" scratch.FullName ([ "-xzf"; archive; "--strip-components=2" ] @ wanted) with
            | 0, _, _ ->
                File.Delete(Path.Combine(scratch.FullName, archive))

                if not (Directory.Exists target) then
                    Directory.Move(scratch.FullName, target)

                None
            | _, _, error -> Some $"tar could not unpack {archive}: {error}"
        | _, _, error -> Some $"npm did not give {package} {version}: {error}"
    finally
        if Directory.Exists scratch.FullName then
            scratch.Delete true

/// The bundle's path, or why there is none.
let private bundle =
    lazy
        (let target = Repository.file (Path.Combine("paket-files", $"{package}-{version}"))
         let file = Path.Combine(target, "ort.wasm.min.js")

         match [ "npm"; "node"; "tar" ] |> List.tryFind (onPath >> not) with
         | Some missing -> Error $"{missing} is not on the PATH"
         | None when File.Exists file -> Ok file
         | None ->
             match fetch target with
             | None -> Ok file
             | Some fault -> Error fault)

let private row (values: float32[]) : JsonNode =
    JsonArray([| for value in values -> (if Single.IsNaN value then null else JsonValue.Create value): JsonNode |])

/// A model's file, and the names and rows of what it is given.
type Job =
    { Model: string
      Inputs: (string * float32[][]) list }

let private job (job: Job) : JsonNode =
    let inputs = JsonObject()

    for name, rows in job.Inputs do
        inputs[name] <- JsonArray(rows |> Array.map row)

    let made = JsonObject()
    made["model"] <- JsonValue.Create(Path.GetFullPath job.Model)
    made["inputs"] <- inputs
    made

let private redshiftsOf (job: Job) (result: JsonElement) : float32[] =
    let names = [ for name in result.GetProperty("inputs").EnumerateArray() -> name.GetString() ]
    Expect.equal names (List.map fst job.Inputs) "the model's inputs"
    Expect.equal (result.GetProperty("dims").GetArrayLength()) 1 "one redshift an object"

    [| for value in result.GetProperty("redshift").EnumerateArray() ->
           if value.ValueKind = JsonValueKind.Null then
               nanf
           else
               value.GetSingle() |]

/// What models give, one list a job, all in one process.
let redshifts (jobs: Job list) : float32[] list =
    match bundle.Value with
    | Error reason -> skiptest reason
    | Ok bundle ->
        Repository.withFolderOf (fun folder ->
            let file = Path.Combine(folder, "jobs.json")
            File.WriteAllText(file, JsonArray(jobs |> List.map job |> List.toArray).ToJsonString())
            let script = Repository.file (Path.Combine("tests", "Shared", "onnxruntime.cjs"))
            let code, output, error = execute "node" folder [ script; bundle; file ]
            Expect.equal (code, error) (0, "") "ONNX Runtime has nothing to say against the models"
            use document = JsonDocument.Parse output
            [ for job, result in Seq.zip jobs (document.RootElement.EnumerateArray()) -> redshiftsOf job result ])

/// Equal within 1e-5, object by object.
let expectNear (found: float32[]) (expected: float[]) (what: string) =
    Expect.equal found.Length expected.Length $"{what}: objects"

    for i in 0 .. found.Length - 1 do
        Expect.isLessThan (abs (float found[i] - expected[i])) 1e-5 $"{what}: object {i}, {found[i]} for {expected[i]}"
