module Redshift.Standins.Tests.FrameTests

open Deedle
open Expecto

let private catalogue () =
    Frame.ofColumns
        [ "z" => Series.ofValues [ 0.1; 0.4; 0.2; 0.9; 0.3 ]
          "r" => Series.ofValues [ 18.0; nan; 19.0; 20.0; 21.0 ] ]

let private withClass () =
    let objects = catalogue ()
    objects.AddColumn("class", Series.ofValues [ "GALAXY"; "STAR"; "GALAXY"; "QSO"; "GALAXY" ])
    objects

let private columns =
    testList
        "columns"
        [ testCase "shape and keys" (fun () ->
              let objects = withClass ()
              Expect.equal (objects.RowCount, objects.ColumnCount) (5, 3) "shape"
              Expect.equal (List.ofSeq objects.ColumnKeys) [ "z"; "r"; "class" ] "columns"
              Expect.equal (List.ofSeq objects.ColumnTypes) [ typeof<float>; typeof<float>; typeof<string> ] "types")

          testCase "a column by its name" (fun () ->
              let objects = withClass ()
              Expect.equal objects?z.[3] 0.9 "z"
              Expect.equal (objects.GetColumn<string>("class").[3]) "QSO" "class"
              let z: Series<int, float> = Frame.getCol "z" objects
              Expect.equal z.KeyCount 5 "keys")

          testCase "columns of different types side by side" (fun () ->
              let objects = frame [ "z" =?> Series.ofValues [ 0.1 ]; "class" =?> Series.ofValues [ "QSO" ] ]

              Expect.equal objects.ColumnCount 2 "columns")

          testCase "columns with other keys are joined by them" (fun () ->
              let joined = frame [ "u" => series [ 1, 22.0; 2, 23.0 ]; "g" => series [ 2, 21.0; 3, 20.0 ] ]

              Expect.equal (List.ofSeq joined.RowKeys) [ 1; 2; 3 ] "rows"
              Expect.equal joined?u.ValueCount 2 "values of u")

          testCase "only numbers count as numeric" (fun () ->
              Expect.equal
                  (List.ofSeq (Frame.getNumericCols (withClass ()) |> Series.dropMissing).Keys)
                  [ "z"; "r" ]
                  "names")

          testCase "columns are dropped, renamed and replaced" (fun () ->
              let objects = withClass ()
              objects.DropColumn "r"
              objects.RenameColumn("z", "redshift")
              objects?redshift <- objects?redshift * 2.0
              Expect.equal (List.ofSeq objects.ColumnKeys |> List.sort) [ "class"; "redshift" ] "columns"
              Expect.equal objects?redshift.[3] 1.8 "redshift")

          testCase "functions leave the frame as it is" (fun () ->
              let objects = catalogue ()
              let wider = objects |> Frame.addCol "w" (Series.ofValues [ 1; 2; 3; 4; 5 ])
              Expect.equal (objects.ColumnCount, wider.ColumnCount) (2, 3) "columns"
              Expect.equal (Frame.dropCol "z" objects |> Frame.countCols) 1 "columns") ]

let private rows =
    testList
        "rows"
        [ testCase "rows that satisfy a predicate" (fun () ->
              let galaxies =
                  withClass ()
                  |> Frame.filterRowValues (fun row -> row.GetAs<string> "class" = "GALAXY" && row?z < 0.25)

              Expect.equal (List.ofSeq galaxies.RowKeys) [ 0; 2 ] "keys"
              Expect.equal (List.ofSeq galaxies.ColumnTypes).[0] typeof<float> "type of z")

          testCase "rows without missing values" (fun () ->
              Expect.equal (List.ofSeq (Frame.dropSparseRows (catalogue ())).RowKeys) [ 0; 2; 3; 4 ] "keys")

          testCase "rows in order of a column" (fun () ->
              let sorted = catalogue () |> Frame.sortRows "z"
              Expect.equal (List.ofSeq sorted.RowKeys) [ 0; 2; 4; 1; 3 ] "keys")

          testCase "a series from rows" (fun () ->
              let sums =
                  catalogue ()
                  |> Frame.mapRowValues (fun row -> row?z + row.GetAs<float>("r", 0.0))

              Expect.equal sums.[1] 0.4 "sum without r")

          testCase "frames joined by keys" (fun () ->
              let other = frame [ "snr" => series [ 4, 9.0; 7, 3.0 ] ]
              Expect.equal (List.ofSeq (Frame.join JoinKind.Inner (catalogue ()) other).RowKeys) [ 4 ] "inner"
              Expect.equal (Frame.join JoinKind.Left (catalogue ()) other).RowCount 5 "left"
              Expect.equal (Frame.join JoinKind.Outer (catalogue ()) other).RowCount 6 "outer")

          testCase "slices" (fun () ->
              Expect.equal (withClass () |> Frame.sliceCols [ "class"; "z" ] |> Frame.countCols) 2 "columns"
              Expect.equal (withClass () |> Frame.take 2 |> Frame.countRows) 2 "rows") ]

let private groups =
    testList
        "groups"
        [ testCase "statistics of groups" (fun () ->
              // pandas 1.5.3: groupby("class").mean()
              let means =
                  withClass ()
                  |> Frame.groupRowsByString "class"
                  |> Frame.getCol "r"
                  |> Series.applyLevel fst (fun (group: Series<string * int, float>) -> Stats.mean group)

              Expect.floatClose Accuracy.high means.["GALAXY"] 19.333333333333332 "galaxies"
              Expect.equal means.["QSO"] 20.0 "quasars")

          testCase "a frame of each group" (fun () ->
              let parts = withClass () |> Frame.groupRowsByString "class" |> Frame.nest
              Expect.equal (List.ofSeq parts.Keys) [ "GALAXY"; "STAR"; "QSO" ] "groups"
              Expect.equal (parts.["GALAXY"]: Frame<int, string>).RowCount 3 "galaxies") ]

let private printing =
    testCase "a table shows keys, types and what is missing" (fun () ->
        let table = (withClass ()).Format true
        Expect.stringContains table "(float)" "type"
        Expect.stringContains table "<missing>" "missing value"
        Expect.stringContains table "GALAXY" "value")

let tests = testList "Frame" [ columns; rows; groups; printing ]
