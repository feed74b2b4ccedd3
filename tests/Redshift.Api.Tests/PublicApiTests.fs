module Redshift.Api.Tests.PublicApiTests

open System
open System.IO
open System.Text.RegularExpressions
open System.Reflection
open Expecto
open Redshift
open Redshift.Tests

let private assembly = typeof<IEstimator>.Assembly

/// Every type that a signature shows, arguments of generic types included.
let rec private within (t: Type) : Type list =
    [ t
      if t.HasElementType then
          yield! within (t.GetElementType())
      for argument in t.GetGenericArguments() do
          yield! within argument ]

let private shown =
    lazy
        [ for t in assembly.GetExportedTypes() do
              for i in t.GetInterfaces() do
                  yield! within i |> List.map (fun s -> t, s)

              for m in t.GetMethods PublicApi.visible do
                  if PublicApi.isVisible m then
                      for s in
                          within m.ReturnType
                          @ (m.GetParameters() |> Seq.collect (fun p -> within p.ParameterType) |> List.ofSeq) do
                          t, s

              for c in t.GetConstructors PublicApi.visible do
                  if PublicApi.isVisible c then
                      for p in c.GetParameters() do
                          yield! within p.ParameterType |> List.map (fun s -> t, s) ]

let private baseline = Repository.file "src/Redshift.Api/PublicAPI.txt"

/// The sources that use TorchSharp's types.
let private namingTorchSharp () =
    let sources = Repository.file "src"

    [ for file in Directory.EnumerateFiles(sources, "*.*s", SearchOption.AllDirectories) do
          let path = Path.GetRelativePath(sources, file)

          if
              [ ".cs"; ".fs" ] |> List.exists path.EndsWith
              && not (
                  path.Split(Path.DirectorySeparatorChar)
                  |> Array.exists (fun part -> part = "obj" || part = "bin")
              )
              && Regex.IsMatch(
                  File.ReadAllText file,
                  @"\b(using|open)\s+(static\s+)?TorchSharp\b|\bTorchSharp\.\w|\btorch\.\w+\("
              )
          then
              path.Split(Path.DirectorySeparatorChar)[0] ]
    |> List.distinct

let tests =
    testList
        "public API"
        [ testCase "only Redshift.Torch uses TorchSharp" (fun () ->
              Expect.equal (namingTorchSharp ()) [ "Redshift.Torch" ] "projects that do")
          testCase "is what PublicAPI.txt lists" (fun () -> PublicApi.lines assembly |> PublicApi.isWhatIsIn baseline)
          testCase "shows no type of Deedle, XPlot, Expecto, Spectre.Console or F# options" (fun () ->
              for owner, t in shown.Value do
                  let from = t.Assembly.GetName().Name

                  for hidden in [ "Deedle"; "XPlot"; "Expecto"; "Spectre" ] do
                      Expect.isFalse (from.StartsWith(hidden, StringComparison.Ordinal)) $"{owner.FullName} shows {t}"

                  if t.IsGenericType then
                      let name = t.GetGenericTypeDefinition().FullName

                      Expect.isFalse
                          (name.StartsWith "Microsoft.FSharp.Core.FSharpOption")
                          $"{owner.FullName} shows {t}"

                      Expect.isFalse
                          (name.StartsWith "Microsoft.FSharp.Core.FSharpValueOption")
                          $"{owner.FullName} shows {t}") ]
