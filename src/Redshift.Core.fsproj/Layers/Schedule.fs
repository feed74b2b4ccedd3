namespace Redshift.Core.Layers

open System
open Redshift.Core

/// How the learning rate goes over training.
[<RequireQualifiedAccess>]
type Schedule =
    | Constant
    /// Multiplied by `factor` every `epochs` epochs.
    | StepDecay of epochs: int * factor: float
    /// Half a cosine from the rate down to `final` times it at the last step (Loshchilov & Hutter 2017, without restarts).
    | Cosine of final: float
    /// Up from rate / `divide` over the first `rise` of the steps, then down to rate / `divide` / `finalDivide`, both by
    /// half a cosine (Smith & Topin 2018, as in PyTorch's OneCycleLR).
    | OneCycle of rise: float * divide: float * finalDivide: float
    /// Another schedule, whose rates are multiplied by what rises evenly from 0 to 1 over the first epochs: for large batches
    /// (Goyal et al. 2017, arXiv:1706.02677, section 2.2).
    | WarmUp of epochs: int * after: Schedule

/// Learning-rate schedules.
module Schedule =

    let private cosine from ``to`` (part: float) = ``to`` + (from - ``to``) * 0.5 * (1.0 + cos (Math.PI * part))

    /// The rate at `step` (from 0) of `total` steps, `perEpoch` of them an epoch, for a schedule whose named rate is `rate`.
    let rec rate (schedule: Schedule) (rate: float) (perEpoch: int64) (total: int64) (step: int64) : float =
        let last = float (max 1L (total - 1L))
        let at = min last (float step)

        match schedule with
        | Schedule.Constant -> rate
        | Schedule.StepDecay(epochs, factor) -> rate * Math.Pow(factor, float (step / max 1L perEpoch / int64 epochs))
        | Schedule.Cosine final -> cosine rate (rate * final) (at / last)
        | Schedule.OneCycle(rise, divide, finalDivide) ->
            let start = rate / divide
            let top = max 0.0 (rise * float total - 1.0)

            if at <= top && top > 0.0 then
                cosine start rate (at / top)
            else
                cosine rate (start / finalDivide) ((at - top) / (last - top))
        | Schedule.WarmUp(epochs, after) -> warmUp after rate perEpoch total step (int64 epochs * perEpoch)

    /// The rates of `after`, over `rise` steps times what grows to 1.
    and private warmUp after named perEpoch total step rise =
        let share = if step < rise then float (step + 1L) / float rise else 1.0
        share * rate after named perEpoch total step

    let rec internal write (schedule: Schedule) : JsonValue =
        let make name fields = Json.object (("type", Json.string name) :: fields)

        match schedule with
        | Schedule.Constant -> make "constant" []
        | Schedule.StepDecay(epochs, factor) -> make "step" [ "epochs", Json.int epochs; "factor", Json.float factor ]
        | Schedule.Cosine final -> make "cosine" [ "final", Json.float final ]
        | Schedule.OneCycle(rise, divide, finalDivide) ->
            make
                "one_cycle"
                [ "rise", Json.float rise; "divide", Json.float divide; "final_divide", Json.float finalDivide ]
        | Schedule.WarmUp(epochs, after) -> make "warm_up" [ "epochs", Json.int epochs; "then", write after ]

    let private within low high (json: JsonReader) =
        let value = json.Float

        if value >= low && value <= high then
            value
        else
            json.Fail $"a number in [{low}, {high}]"

    let rec private cases () : (string * (JsonFields -> Schedule)) list =
        [ "constant", (fun _ -> Schedule.Constant)
          "step", (fun o -> Schedule.StepDecay(o.Required("epochs", _.Count), o.Required("factor", _.Positive)))
          "cosine", (fun o -> Schedule.Cosine(o.Default("final", 0.0, within 0.0 1.0)))
          "one_cycle",
          (fun o ->
              Schedule.OneCycle(
                  o.Default("rise", 0.3, within 0.0 0.99),
                  o.Default("divide", 25.0, _.Positive),
                  o.Default("final_divide", 1e4, _.Positive)
              ))
          "warm_up", (fun o -> Schedule.WarmUp(o.Required("epochs", _.Count), o.Required("then", read))) ]

    and internal read (json: JsonReader) : Schedule = json.Object(fun o -> (o.Case("type", cases ())) o)
