/// Where tests find files: the repository itself and the real catalogues beside it.
module Redshift.Tests.Repository

open System
open System.IO
open Expecto

/// The repository's root: the folder above the test assembly that holds the solution.
let root =
    let rec up (folder: DirectoryInfo) =
        if isNull folder then
            invalidOp "expected Redshift.sln above the tests, found none"
        elif File.Exists(Path.Combine(folder.FullName, "Redshift.sln")) then
            folder.FullName
        else
            up folder.Parent

    up (DirectoryInfo AppContext.BaseDirectory)

/// A file of the repository.
let file (path: string) = Path.Combine(root, path)

/// A file of the real catalogues in `../shared/data`; the test is skipped where it is absent.
let sharedData (path: string) =
    let full = Path.GetFullPath(Path.Combine(root, "..", "shared", "data", path))

    if not (File.Exists full) then
        skiptest $"../shared/data/{path} is not here"

    full

/// A value made with a new empty folder, which is removed afterwards.
let withFolderOf (run: string -> 'T) : 'T =
    let folder = Directory.CreateTempSubdirectory "redshift-test-"

    try
        run folder.FullName
    finally
        folder.Delete true

/// Runs with a new empty folder, which is removed afterwards.
let withFolder (run: string -> unit) = withFolderOf run
