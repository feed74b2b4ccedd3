module Redshift.Api.Tests.PublicApiTests

open System
open System.IO
open System.Text.RegularExpressions
open System.Reflection
open Expecto
open Redshift
open Redshift.Tests

let private assembly = typeof<IEstimator>.Assembly

let private visible =
    BindingFlags.Public
    ||| BindingFlags.NonPublic
    ||| BindingFlags.Instance
    ||| BindingFlags.Static
    ||| BindingFlags.DeclaredOnly

/// A type as C# would name it, in full.
let rec private nameOf (t: Type) : string =
    if t.IsByRef then
        nameOf (t.GetElementType()) + "&"
    elif t.IsArray then
        nameOf (t.GetElementType()) + "[]"
    elif t.IsGenericParameter then
        t.Name
    elif t.IsGenericType then
        let plain = t.GetGenericTypeDefinition().FullName
        let arguments = t.GetGenericArguments() |> Seq.map nameOf |> String.concat ", "
        $"{plain.Substring(0, plain.IndexOf '`')}<{arguments}>"
    else
        t.FullName.Replace('+', '.')

let private parameter (p: ParameterInfo) =
    let fallback = if p.HasDefaultValue then $" = {p.RawDefaultValue}" else ""
    $"{nameOf p.ParameterType} {p.Name}{fallback}"

let private parameters (m: MethodBase) = m.GetParameters() |> Seq.map parameter |> String.concat ", "

let private isVisible (m: MethodBase) = m.IsPublic || m.IsFamily || m.IsFamilyOrAssembly

let private signature (m: MethodBase) =
    let kind = if m.IsStatic then "static " else ""

    match m with
    | :? MethodInfo as info -> $"{kind}{info.Name}({parameters m}) -> {nameOf info.ReturnType}"
    | _ -> $"new({parameters m})"

/// Public and protected members; accessors stand for their properties, and compilers' own members are left out.
let private membersOf (t: Type) =
    let methods: MethodBase seq =
        Seq.append (Seq.cast (t.GetMethods visible)) (Seq.cast (t.GetConstructors visible))

    [ for m in methods do
          if isVisible m && not (m.Name.Contains '<') then
              signature m

      for f in t.GetFields visible do
          if (f.IsPublic || f.IsFamily) && not f.IsSpecialName then
              let value = if f.IsLiteral then $" = {f.GetRawConstantValue()}" else ""
              $"field {f.Name}: {nameOf f.FieldType}{value}" ]

let private heading (t: Type) =
    let kind =
        if t.IsEnum then "enum"
        elif t.IsInterface then "interface"
        elif t.IsValueType then "struct"
        elif t.IsAbstract && t.IsSealed then "static class"
        elif t.IsSealed then "sealed class"
        else "class"

    let bases =
        [ if not (isNull t.BaseType) && t.BaseType <> typeof<obj> && not t.IsValueType then
              t.BaseType

          if not t.IsEnum then
              yield! t.GetInterfaces() ]
        |> List.map nameOf
        |> List.sortWith (fun a b -> String.CompareOrdinal(a, b))

    let suffix =
        if bases.IsEmpty then
            ""
        else
            ": " + String.concat ", " bases

    $"{kind} {nameOf t}{suffix}"

let private found =
    lazy
        ([ for t in assembly.GetExportedTypes() do
               heading t

               for m in membersOf t do
                   $"{nameOf t}.{m}" ]
         |> List.sortWith (fun a b -> String.CompareOrdinal(a, b)))

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

              for m in t.GetMethods visible do
                  if isVisible m then
                      for s in
                          within m.ReturnType
                          @ (m.GetParameters() |> Seq.collect (fun p -> within p.ParameterType) |> List.ofSeq) do
                          t, s

              for c in t.GetConstructors visible do
                  if isVisible c then
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
          testCase "is what PublicAPI.txt lists" (fun () ->
              if Environment.GetEnvironmentVariable "REDSHIFT_UPDATE_GOLDEN" = "1" then
                  File.WriteAllText(baseline, (found.Value |> String.concat "\n") + "\n")

              let expected =
                  if File.Exists baseline then
                      File.ReadAllLines baseline |> List.ofArray
                  else
                      []

              let gone, added = List.except found.Value expected, List.except expected found.Value

              let difference =
                  [ for line in gone -> $"- {line}" ] @ [ for line in added -> $"+ {line}" ]
                  |> String.concat "\n"

              Expect.equal difference "" "REDSHIFT_UPDATE_GOLDEN=1 accepts what is found"
              Expect.equal found.Value expected "sorted, each once")
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
