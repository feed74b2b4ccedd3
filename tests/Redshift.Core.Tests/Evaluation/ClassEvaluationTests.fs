/// Metrics of classes and of real values that are no redshift.
module Redshift.Core.Tests.ClassEvaluationTests

open System
open System.Collections.Concurrent
open System.Threading
open Expecto
open FsCheck.FSharp
open Redshift.Core
open Redshift.Core.Evaluation
open Redshift.Core.Tests.ClassSamples
open Redshift.Tests.Law

let private binary sample = evaluateBinary few sample |> expectOk

let private several sample = evaluateSeveral few sample |> expectOk

let private near = Files.expectNear 1e-12

let private expectNumbers name (actual: float[]) (expected: float[]) =
    Expect.equal actual.Length expected.Length $"{name}: how many"
    Array.iteri2 (fun i a e -> near $"{name} {i}" a e) actual expected

let private numbers =
    [ testCase "two classes: metrics and matrix are those of scikit-learn" (fun () ->
          for name in binaries do
              let found = binary (binaryOf name)
              let expected = binaryReference name

              for metric in expected.GetProperty("metrics").EnumerateObject() do
                  near $"{name} {metric.Name}" (ClassEvaluation.value metric.Name found) (metric.Value.GetDouble())

              let matrix = [| for row in (expected.GetProperty "confusion").EnumerateArray() -> integers row |]
              Expect.equal found.Confusion matrix $"{name}: confusion")
      testCase "two classes: curves are those of scikit-learn, ties taken together" (fun () ->
          for name in binaries do
              let curve = (binary (binaryOf name)).Curve
              let column (key: string) = Files.numbers ((binaryReference name).GetProperty key)
              Expect.equal curve[0].Threshold infinity "nothing is taken at first"
              Expect.isTrue (Double.IsNaN curve[0].Precision) "nor is it pure"
              let taken = Array.tail curve
              expectNumbers $"{name} thresholds" (taken |> Array.map _.Threshold) (column "thresholds")
              expectNumbers $"{name} fpr" (curve |> Array.map _.FalsePositiveRate) (column "fpr")
              expectNumbers $"{name} tpr" (curve |> Array.map _.Completeness) (column "tpr")
              let rising = Array.rev taken
              expectNumbers $"{name} steps" (rising |> Array.map _.Threshold) (column "steps")
              expectNumbers $"{name} precision" (rising |> Array.map _.Precision) (column "precision")
              expectNumbers $"{name} recall" (rising |> Array.map _.Completeness) (column "recall"))
      testCase "three classes: metrics and matrix are those of scikit-learn" (fun () ->
          let found = several (severalOf ())
          let expected = expected.Value.GetProperty "several"
          near "accuracy" (ClassEvaluation.value "accuracy" found) (expected.GetProperty("accuracy").GetDouble())
          near "log loss" (ClassEvaluation.value "log_loss" found) (expected.GetProperty("log_loss").GetDouble())

          for kind in [ "precision"; "completeness" ] do
              let each = [| for key in [ "galaxy"; "star"; "qso_2" ] -> ClassEvaluation.value $"{kind}_{key}" found |]
              expectNumbers kind each (Files.numbers (expected.GetProperty kind))

          let matrix = [| for row in (expected.GetProperty "confusion").EnumerateArray() -> integers row |]
          Expect.equal found.Confusion matrix "confusion"
          Expect.isEmpty found.Curve "no ROC curve")
      testCase "real values: metrics are those of scikit-learn" (fun () ->
          for row in (expected.Value.GetProperty "values").EnumerateArray() do
              let column (key: string) = Files.numbers (row.GetProperty key)

              let found =
                  ValueEvaluation.evaluate few LeftOut.None "stellar_mass" (column "truth") (column "predicted")
                  |> expectOk

              let keys = found.Scores |> List.map _.Metric.Key
              let names = [ "rmse"; "r2"; "mae"; "bias" ]
              Expect.equal keys (names |> List.map (fun name -> $"stellar_mass_{name}")) "keys"

              for name, score in List.zip names found.Scores do
                  near name score.Value (row.GetProperty(name).GetDouble())) ]

/// Two classes and probabilities with many ties, both classes there.
let private cases =
    gen {
        let! seed = Gen.choose (0, 1000000)
        let! n = Gen.choose (2, 60)
        let! values = Gen.elements [ 3; 20; 1000000 ]
        let random = RandomStream(uint64 seed)
        let truth = Array.init n (fun i -> i = 0 || i > 1 && random.NextDouble() < 0.4)
        return truth, truth |> Array.map (fun _ -> float (random.NextInt(values + 1)) / float values)
    }

let private auc sample = ClassEvaluation.value "auc" (binary sample)

let private reversed (truth: bool[], probability: float[]) = Array.rev truth, Array.rev probability

let private laws =
    [ lawFor "AUC does not change under a monotone map" cases (fun (truth, p) ->
          auc (truth, p) = auc (truth, p |> Array.map (fun x -> 0.9 * x * x + 0.05)))
      lawFor "AUC of probabilities turned round is 1 - AUC" cases (fun (truth, p) ->
          abs (auc (truth, p) + auc (truth, p |> Array.map (fun x -> 1.0 - x)) - 1.0) < 1e-12)
      lawFor "AUC is the area under the ROC curve" cases (fun sample ->
          let found = binary sample

          let area =
              found.Curve
              |> Array.pairwise
              |> Array.sumBy (fun (a, b) ->
                  (b.FalsePositiveRate - a.FalsePositiveRate) * (a.Completeness + b.Completeness)
                  / 2.0)

          abs (area - ClassEvaluation.value "auc" found) < 1e-12)
      lawFor "the order of the objects leaves no trace" cases (fun sample ->
          let seen sample =
              let found = binary sample
              found.Scores |> List.map (fun s -> string s.Value, s.Interval), found.Confusion, found.Curve.Length

          seen sample = seen (reversed sample))
      lawFor "the matrix sums to n, its rows to the classes" cases (fun (truth, p) ->
          let found = (binary (truth, p)).Confusion
          let stars = truth |> Array.filter id |> Array.length
          (found |> Array.map Array.sum) = [| truth.Length - stars; stars |])
      lawFor "completeness does not rise with the threshold" cases (fun sample ->
          (binary sample).Curve
          |> Array.pairwise
          |> Array.forall (fun (a, b) -> a.Threshold > b.Threshold && a.Completeness <= b.Completeness))
      lawFor "two classes in rows score as two classes" cases (fun (truth, p) ->
          // Not 0.5, of which rows take the first class and a threshold the second.
          let p = p |> Array.map (fun x -> if x = 0.5 then 0.6 else x)
          let number = truth |> Array.map (fun isSecond -> if isSecond then 1 else 0)
          let rows = p |> Array.map (fun x -> [| 1.0 - x; x |])

          let inRows =
              ClassEvaluation.several few LeftOut.None "stellarity" [| "galaxy"; "star" |] number rows
              |> expectOk

          let found = binary (truth, p)

          let same there here =
              let a, b = ClassEvaluation.value there inRows, ClassEvaluation.value here found
              Double.IsNaN a && Double.IsNaN b || abs (a - b) < 1e-9

          inRows.Confusion = found.Confusion
          && same "accuracy" "accuracy"
          && same "log_loss" "log_loss"
          && same "precision_star" "precision"
          && same "completeness_star" "completeness") ]

let private undefined name (evaluation: ClassEvaluation) =
    ClassEvaluation.tryScore name evaluation |> Option.bind _.Undefined

let private missing =
    [ testCase "an object without a probability is counted and left out" (fun () ->
          let truth, p = [| true; false; true; true; false |], [| 0.9; nan; 0.2; infinity; 0.4 |]
          let found = binary (truth, p)
          let others = binary ([| true; true; false |], [| 0.9; 0.2; 0.4 |])
          Expect.equal (found.N, found.Missing) (3, 2) "n and n_missing"
          Expect.equal (found.Scores |> List.map _.Value) (others.Scores |> List.map _.Value) "the others' metrics"
          Expect.equal found.Confusion [| [| 1; 0 |]; [| 1; 1 |] |] "the others' matrix"
          let rows = [| [| 1.0; 0.0; 0.0 |]; [| 0.5; nan; 0.5 |] |]
          let several = several ([| 0; 1 |], rows)
          Expect.equal (several.N, several.Missing) (1, 1) "a row without all of its probabilities")
      testCase "a value without a prediction is counted and left out" (fun () ->
          let found =
              ValueEvaluation.evaluate few LeftOut.None "age" [| -3.0; 1.0; 2.0 |] [| -2.0; nan; 4.0 |]
              |> expectOk

          Expect.equal (found.N, found.Missing) (2, 1) "n and n_missing"
          near "rmse" found.Scores[0].Value (sqrt 2.5)
          near "bias" found.Scores[3].Value 1.5)
      testCase "of one class there is no AUC, and it is said why" (fun () ->
          let galaxies = binary ([| false; false |], [| 0.1; 0.3 |])
          Expect.isTrue (Double.IsNaN(ClassEvaluation.value "auc" galaxies)) "AUC"
          Expect.equal (undefined "auc" galaxies) (Some "every object is of class galaxy") "why"
          Expect.equal (undefined "precision" galaxies) (Some "no object is predicted to be of class star") "precision"
          Expect.equal (undefined "completeness" galaxies) (Some "no object is of class star") "completeness"
          Expect.equal (undefined "accuracy" galaxies) None "accuracy is defined"
          let stars = binary ([| true; true |], [| 0.1; 0.3 |])
          Expect.equal (undefined "auc" stars) (Some "every object is of class star") "stars"
          let none = binary ([||], [||])
          Expect.equal (none.Scores |> List.map _.Undefined) (List.replicate 5 (Some "no objects")) "no objects")
      testCase "a probability of the threshold is of the second class" (fun () ->
          Expect.equal (binary ([| true |], [| 0.5 |])).Confusion [| [| 0; 0 |]; [| 0; 1 |] |] "0.5")
      testCase "what cannot be right is refused" (fun () ->
          let refused sample = evaluateBinary few sample |> Result.map ignore
          let refusedRows sample = evaluateSeveral few sample |> Result.map ignore
          let expect fault found = Expect.equal found (Error fault) fault

          refused ([| true; false |], [| 0.5; 1.2 |])
          |> expect "stellarity: object 1: expected a probability from 0 to 1, found 1.2"

          refused ([| true |], [||])
          |> expect "stellarity: probabilities: expected one for each of the 1 true classes, found 0"

          refusedRows ([| 3 |], [| [| 1.0; 0.0; 0.0 |] |])
          |> expect "object_type: object 0: expected a class from 0 to 2, found 3"

          refusedRows ([| 0 |], [| [| 0.5; 0.0; 0.0 |] |])
          |> expect "object_type: object 0: expected probabilities of sum 1, found a sum of 0.5"

          refusedRows ([| 0 |], [| [| 0.5; 0.5 |] |])
          |> expect "object_type: object 0: expected 3 probabilities, found 2"

          ClassEvaluation.binary few LeftOut.None "t" ("a b", "A-B") [||] [||]
          |> Result.map ignore
          |> expect "t: classes: expected names that differ in letters or digits, found a b, A-B"

          ValueEvaluation.evaluate few LeftOut.None "age" [| 1.0; nan |] [| 1.0; 1.0 |]
          |> Result.map ignore
          |> expect "age: object 1: expected a finite true value, found NaN") ]

let private intervals =
    let found options =
        let classes = evaluateBinary options (binaryOf "plain") |> expectOk
        let rows = evaluateSeveral options (severalOf ()) |> expectOk
        (classes.Scores @ rows.Scores) |> List.map _.Interval

    [ testCase "intervals depend on the seed" (fun () ->
          let one = found few
          Expect.all one Option.isSome "each has one"
          Expect.equal (found few) one "the same seed"
          Expect.notEqual (found { few with Seed = 1UL }) one "another seed")
      testCase "resamples are the same on the threads that take part" (fun () ->
          let seen = ConcurrentDictionary<int, unit>()
          let middle (times: int[]) = times |> Array.mapi (fun i t -> float (i * t)) |> Array.sum

          // So quick a statistic might all be taken by one thread: this one waits for a second.
          let waiting times =
              seen.TryAdd(Environment.CurrentManagedThreadId, ()) |> ignore
              SpinWait.SpinUntil((fun () -> seen.Count > 1), 20000) |> ignore
              middle times

          let alone = Bootstrap.ofCounts { few with Threads = 1 } 50 [ middle ]
          Expect.equal (Bootstrap.ofCounts { few with Threads = 4 } 50 [ waiting ]) alone "intervals"
          Expect.isTrue (seen.Count > 1) "several threads")
      testCase "the interval of AUC is that of resamples taken one by one" (fun () ->
          let truth, p = binaryOf "plain"
          let score = binary (truth, p) |> ClassEvaluation.tryScore "auc" |> Option.get

          // Drawn another way than there, so another 1000 resamples: the ends agree to their noise.
          let resample r =
              let random = RandomStream.ForIndex(99UL, uint64 r)
              let drawn = Array.init truth.Length (fun _ -> random.NextInt truth.Length)
              let sample = Array.map (Array.get truth) drawn, Array.map (Array.get p) drawn
              ClassEvaluation.value "auc" (evaluateBinary { few with Resamples = 1 } sample |> expectOk)

          let many = evaluateBinary BootstrapOptions.Default (truth, p) |> expectOk
          let low, high = (ClassEvaluation.tryScore "auc" many).Value.Interval.Value
          let values = Array.init 1000 resample |> Array.sort
          Expect.isTrue (low < score.Value && score.Value < high) "around the value"
          Expect.isTrue (abs (low - values[25]) < 0.15 * (high - low)) "low"
          Expect.isTrue (abs (high - values[975]) < 0.15 * (high - low)) "high")
      testCase "a resample without a value leaves none" (fun () ->
          // One star among ten: every third resample has none.
          let found = binary (Array.init 10 ((=) 9), Array.init 10 (fun i -> float i / 10.0))
          let score name = (ClassEvaluation.tryScore name found).Value
          Expect.equal ((score "auc").Value, (score "auc").Interval) (1.0, None) "auc"
          Expect.isSome (score "accuracy").Interval "accuracy") ]

let private file =
    [ testCase "metrics.json has the keys of the targets, each with its name" (fun () ->
          let leftOut = { Filtered = 3; Skipped = 2 }

          let stars =
              ClassEvaluation.binary few leftOut "stellarity" ("galaxy", "star") [| false; false |] [| 0.1; nan |]
              |> expectOk

          let mass =
              ValueEvaluation.evaluate few LeftOut.None "stellar_mass" [| 9.0; 10.0; 11.0 |] [| 9.5; 10.5; 11.5 |]
              |> expectOk

          let point =
              PointEvaluation.evaluate few LeftOut.None [| 0.1; 0.2 |] [| 0.1; 0.2 |]
              |> expectOk

          let json =
              MetricsFile.toJson point None None [ TargetEvaluation.Class stars; TargetEvaluation.Value mass ]

          let number (key: string) = json[key].GetValue<float>()
          let whole (key: string) = json[key].GetValue<int>()

          let counts =
              [ for end' in [ "n"; "n_filtered"; "n_skipped"; "n_missing" ] -> whole $"stellarity_{end'}" ]

          Expect.equal counts [ 1; 3; 2; 1 ] "counts"
          Expect.equal (number "stellarity_accuracy") 1.0 "accuracy"
          near "log loss" (number "stellarity_log_loss") -(log 0.9)

          for key in [ "stellarity_auc"; "stellarity_precision"; "stellarity_completeness" ] do
              Expect.isTrue (json.AsObject().ContainsKey key) key
              Expect.isNull json[key] key
              Expect.isNotNull (json["stellarity_undefined"][key]) $"why no {key}"

          Expect.equal (json["stellarity_confusion"].["counts"].ToJsonString()) "[[1,0],[0,0]]" "matrix"
          Expect.equal (json["stellarity_confusion"].["labels"].ToJsonString()) "[\"galaxy\",\"star\"]" "labels"
          near "rmse" (number "stellar_mass_rmse") 0.5
          near "r2" (number "stellar_mass_r2") 0.625
          Expect.equal (json["intervals"].["stellar_mass_rmse"].ToJsonString()) "[0.5,0.5]" "interval"
          Expect.isNull (json["intervals"].["stellarity_accuracy"]) "interval of one object"
          Expect.equal (whole "stellar_mass_interval_resamples") 100 "resamples") ]

let tests =
    testList
        "classes and values"
        [ testList "numbers" numbers
          testList "laws" laws
          testList "missing" missing
          testList "bootstrap" intervals
          testList "file" file ]
