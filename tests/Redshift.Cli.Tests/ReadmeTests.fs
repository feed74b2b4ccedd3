/// The README's commands do what it says: those of each `sh` block behind the comment <!-- test -->, in their order.
module Redshift.Cli.Tests.ReadmeTests

open System
open System.IO
open System.Text.RegularExpressions
open Expecto
open Redshift.Cli.Tests.Command
open Redshift.Tests

/// A line's words as a shell splits them: at blanks, but within quotes.
let internal words (line: string) =
    [ for word in Regex.Matches(line, "\"([^\"]*)\"|'([^']*)'|[^\\s\"']+") ->
          if word.Groups[1].Success then word.Groups[1].Value
          elif word.Groups[2].Success then word.Groups[2].Value
          else word.Value ]

/// The arguments of the commands `redshift …`, and the file behind `>` where there is one.
let internal commands (markdown: string) : (string list * string option) list =
    [ for block in Regex.Matches(markdown, "<!-- test -->\\s*```sh\\n(.*?)```", RegexOptions.Singleline) do
          let lines = block.Groups[1].Value.Replace("\\\n", " ").Split '\n'

          for line in lines |> Array.map _.Trim() |> Array.filter _.StartsWith("redshift ") do
              let all = words (Regex.Replace(line, "\\s#.*$", "")) |> List.tail

              match List.tryFindIndex ((=) ">") all with
              | Some at -> List.take at all, Some all[at + 1]
              | None -> all, None ]

let private runAll (commands: (string list * string option) list) =
    Repository.withFolder (fun folder ->
        for args, target in commands do
            let finished = succeeds folder args

            target
            |> Option.iter (fun file -> File.WriteAllText(Path.Combine(folder, file), finished.Output)))

let tests =
    testList
        "README"
        [ testCase "commands are found" (fun () ->
              let markdown =
                  "text\n```sh\nredshift not tested\n```\n<!-- test -->\n\n```sh\n# a remark\nredshift recipes x --json > my.json  # why\n"
                  + "dotnet build\nredshift train \\\n  --out 'a b'\n```\n"

              Expect.equal
                  (commands markdown)
                  [ [ "recipes"; "x"; "--json" ], Some "my.json"; [ "train"; "--out"; "a b" ], None ]
                  "the two")
          testCase "commands run" (fun () ->
              let readme = Repository.file "README.md"

              if not (File.Exists readme) then
                  skiptest "there is no README.md"

              match commands (File.ReadAllText(readme).ReplaceLineEndings "\n") with
              | [] -> skiptest "README.md has no block marked <!-- test -->"
              | marked -> runAll marked) ]
