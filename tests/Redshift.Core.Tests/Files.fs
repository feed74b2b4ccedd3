module Redshift.Core.Tests.Files

open System
open System.IO
open System.Text.Json
open Expecto
open Redshift.Tests

let private inTests (folder: string) (name: string) =
    Path.Combine(Repository.root, "tests", "Redshift.Core.Tests", folder, name)

/// A file of expected numbers; scripts/reference has what made it.
let reference (name: string) : JsonElement = JsonDocument.Parse(File.ReadAllText(inTests "Reference" name)).RootElement

/// A list of numbers; null is NaN.
let numbers (element: JsonElement) : float[] =
    [| for item in element.EnumerateArray() ->
           if item.ValueKind = JsonValueKind.Null then
               nan
           else
               item.GetDouble() |]

/// Compares a text with the golden copy; with REDSHIFT_UPDATE_GOLDEN=1 in the environment, makes it the golden copy.
let expectGolden (name: string) (text: string) =
    let path = inTests "Golden" name

    if Environment.GetEnvironmentVariable "REDSHIFT_UPDATE_GOLDEN" = "1" then
        Directory.CreateDirectory(Path.GetDirectoryName path) |> ignore
        File.WriteAllText(path, text)

    let expected =
        if File.Exists path then
            File.ReadAllText(path).ReplaceLineEndings "\n"
        else
            ""

    Expect.equal text expected $"{name} (REDSHIFT_UPDATE_GOLDEN=1 accepts what is found)"

/// Both NaN, or equal to a relative (below 1: absolute) difference.
let expectNear (tolerance: float) (name: string) (actual: float) (expected: float) =
    let near = abs (actual - expected) <= tolerance * max 1.0 (abs expected)

    Expect.isTrue
        (near || Double.IsNaN actual && Double.IsNaN expected)
        $"{name}: expected {expected:R}, found {actual:R}"
