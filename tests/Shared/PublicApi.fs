/// An assembly's public API as text.
module Redshift.Tests.PublicApi

open System
open System.IO
open System.Reflection
open Expecto
open FSharp.Reflection

/// The members that a type itself declares.
let visible =
    BindingFlags.Public
    ||| BindingFlags.NonPublic
    ||| BindingFlags.Instance
    ||| BindingFlags.Static
    ||| BindingFlags.DeclaredOnly

/// Whether other assemblies may call it.
let isVisible (m: MethodBase) = m.IsPublic || m.IsFamily || m.IsFamilyOrAssembly

let private sorted (lines: string list) = lines |> List.sortWith (fun a b -> String.CompareOrdinal(a, b))

/// Type parameters by their names, or by their positions: F# names those that it infers as it likes.
type private TypeParameters =
    | ByName
    | ByPosition

    /// A type as C# would name it, in full.
    member x.NameOf(t: Type) : string =
        if t.IsByRef then
            x.NameOf(t.GetElementType()) + "&"
        elif t.IsPointer then
            x.NameOf(t.GetElementType()) + "*"
        elif t.IsArray then
            x.NameOf(t.GetElementType()) + "[]"
        elif t.IsGenericParameter then
            match x with
            | ByName -> t.Name
            | ByPosition when t.IsGenericMethodParameter -> $"!!{t.GenericParameterPosition}"
            | ByPosition -> $"!{t.GenericParameterPosition}"
        elif t.IsGenericType then
            let plain = t.GetGenericTypeDefinition().FullName
            let arguments = t.GetGenericArguments() |> Seq.map x.NameOf |> String.concat ", "
            $"{plain.Substring(0, plain.IndexOf '`')}<{arguments}>"
        else
            t.FullName.Replace('+', '.')

    member x.Parameters(m: MethodBase) =
        m.GetParameters()
        |> Seq.map (fun p ->
            let fallback = if p.HasDefaultValue then $" = {p.RawDefaultValue}" else ""
            $"{x.NameOf p.ParameterType} {p.Name}{fallback}")
        |> String.concat ", "

    member x.Signature(m: MethodBase) =
        let kind = if m.IsStatic then "static " else ""

        match m with
        | :? MethodInfo as info -> $"{kind}{info.Name}({x.Parameters m}) -> {x.NameOf info.ReturnType}"
        | _ -> $"new({x.Parameters m})"

    /// Public and protected members; accessors stand for their properties, and compilers' own members are left out.
    member x.MembersOf(t: Type) : string list =
        let methods: MethodBase seq =
            Seq.append (Seq.cast (t.GetMethods visible)) (Seq.cast (t.GetConstructors visible))

        [ for m in methods do
              if isVisible m && not (m.Name.Contains '<' || m.Name.EndsWith "$W") then
                  $"{x.NameOf t}.{x.Signature m}"

          for f in t.GetFields visible do
              if (f.IsPublic || f.IsFamily) && not f.IsSpecialName then
                  let value = if f.IsLiteral then $" = {f.GetRawConstantValue()}" else ""
                  $"{x.NameOf t}.field {f.Name}: {x.NameOf f.FieldType}{value}" ]

    /// The type without its bases.
    member x.Heading(t: Type) =
        let kind =
            if t.IsEnum then "enum"
            elif t.IsInterface then "interface"
            elif t.IsValueType then "struct"
            elif t.IsAbstract && t.IsSealed then "static class"
            elif t.IsSealed then "sealed class"
            else "class"

        $"{kind} {x.NameOf t}"

    /// The base class, unless it is every type's, and the interfaces.
    member x.Bases(t: Type) : string list =
        [ if not (isNull t.BaseType) && t.BaseType <> typeof<obj> && not t.IsValueType then
              t.BaseType

          if not t.IsEnum then
              yield! t.GetInterfaces() ]
        |> List.map x.NameOf
        |> sorted

/// What an assembly offers, a line a type (with its bases) or member, sorted.
let lines (assembly: Assembly) : string list =
    sorted
        [ for t in assembly.GetExportedTypes() do
              match ByName.Bases t with
              | [] -> ByName.Heading t
              | bases -> ByName.Heading t + ": " + String.concat ", " bases

              yield! ByName.MembersOf t ]

/// Compiled from all fields of a record, or all cases of a union, of which a subset has others; and no use to F#.
let private ofTheWhole (t: Type) (line: string) =
    if FSharpType.IsRecord t then
        line.Contains ".new("
    else
        t.IsNested && t.Name = "Tags"

/// The same to be compared with an assembly that has more: a line a type, base or member, type parameters by position.
let parts (assembly: Assembly) : string list =
    sorted
        [ for t in assembly.GetExportedTypes() do
              ByPosition.Heading t

              for b in ByPosition.Bases t do
                  $"{ByPosition.NameOf t}: {b}"

              yield! ByPosition.MembersOf t |> List.filter (fun line -> not (ofTheWhole t line)) ]

/// Whether a run rewrites files of expected text.
let updates = Environment.GetEnvironmentVariable "REDSHIFT_UPDATE_GOLDEN" = "1"

/// Fails where the API differs from the file's lines; an updating run writes them.
let isWhatIsIn (file: string) (found: string list) =
    if updates then
        File.WriteAllText(file, (found |> String.concat "\n") + "\n")

    let expected =
        if File.Exists file then
            File.ReadAllLines file |> List.ofArray
        else
            []

    let gone, added = List.except found expected, List.except expected found

    let difference =
        [ for line in gone -> $"- {line}" ] @ [ for line in added -> $"+ {line}" ]
        |> String.concat "\n"

    Expect.equal difference "" "REDSHIFT_UPDATE_GOLDEN=1 accepts what is found"
    Expect.equal found expected "sorted, each once"
