module Redshift.Api.Tests.OutputFileTests

open System
open System.IO
open Expecto
open Redshift
open Redshift.ModelFiles
open Redshift.Tests
open Redshift.Api.Tests.Testing

let private failing (stream: Stream) =
    stream.Write(ReadOnlySpan [| 1uy; 2uy; 3uy |])
    invalidOp "the writer fails"

let private only (folder: string) (names: string list) =
    Expect.equal
        (Directory.GetFileSystemEntries folder
         |> Seq.map Path.GetFileName
         |> Seq.sort
         |> List.ofSeq)
        names
        "files"

let tests =
    testList
        "output files"
        [ testCase "a writer that fails leaves the old file and no temporary one" (fun () ->
              Repository.withFolder (fun folder ->
                  let path = Path.Combine(folder, "out.txt")
                  File.WriteAllText(path, "old")

                  Expect.throwsT<InvalidOperationException>
                      (fun () -> AtomicFile.Write(path, failing))
                      "its own exception"

                  Expect.throwsT<InvalidOperationException>
                      (fun () -> OutputFile.Write(path, failing))
                      "its own exception"

                  Expect.equal (File.ReadAllText path) "old" "old file"
                  only folder [ "out.txt" ]))
          testCase "an old file is replaced when the new one is whole" (fun () ->
              Repository.withFolder (fun folder ->
                  let path = Path.Combine(folder, "out.txt")
                  File.WriteAllText(path, "old")

                  AtomicFile.Write(
                      path,
                      fun stream ->
                          stream.Write(ReadOnlySpan "new"B)
                          stream.Flush()
                          Expect.equal (File.ReadAllText path) "old" "while it is written"
                  )

                  Expect.equal (File.ReadAllText path) "new" "afterwards"
                  only folder [ "out.txt" ]))
          testCase "a second writer fails and leaves the first one's work alone" (fun () ->
              Repository.withFolder (fun folder ->
                  let path = Path.Combine(folder, "out.txt")

                  OutputFile.Write(
                      path,
                      fun stream ->
                          stream.Write(ReadOnlySpan "first"B)
                          let write () = OutputFile.WriteText(path, "second")
                          expectContains (faultOf "second writer" write) [ path ]
                  )

                  Expect.equal (File.ReadAllText path) "first" "the first one's"
                  only folder [ "out.txt" ]))
          testCase "folders are made on the way" (fun () ->
              Repository.withFolder (fun folder ->
                  let path = Path.Combine(folder, "a", "b", "out.txt")
                  OutputFile.WriteText(path, "é")
                  Expect.equal (File.ReadAllBytes path) [| 0xC3uy; 0xA9uy |] "UTF-8 without a mark"))
          testCase "a directory for a file is one line" (fun () ->
              Repository.withFolder (fun folder ->
                  let fault = faultOf "directory" (fun () -> OutputFile.WriteText(folder, "text"))
                  expectContains fault [ folder; "found a directory" ]))
          testCase "a place that cannot be written to is one line" (fun () ->
              Repository.withFolder (fun folder ->
                  let file = Path.Combine(folder, "file")
                  File.WriteAllText(file, "")
                  let below = Path.Combine(file, "out.txt")
                  expectContains (faultOf "below a file" (fun () -> OutputFile.WriteText(below, "text"))) [ below ]
                  only folder [ "file" ]))
          testCase "saving a run to such a place is one line" (fun () ->
              Repository.withFolder (fun folder ->
                  use trained = estimator ()

                  fit trained catalogue.Value (options (fun o -> o.Epochs <- Nullable 1))
                  |> ignore

                  let file = Path.Combine(folder, "file")
                  File.WriteAllText(file, "")
                  expectContains (faultOf "save" (fun () -> trained.Save file)) [ file ]
                  Expect.equal (File.ReadAllText file) "" "the file is left alone")) ]
