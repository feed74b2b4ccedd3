namespace Redshift.Core.Templates

open System

/// Least squares with coefficients of at least 0, by active sets on the normal equations (Lawson and Hanson 1974, chapter
/// 23; on normal equations Bro and de Jong 1997, doi:10.1002/(SICI)1099-128X(199709/10)11:5<393::AID-CEM483>3.0.CO;2-L).
/// One thread's room for up to `most` coefficients.
[<Sealed>]
type internal NonNegative(most: int) =
    let factor = Array.zeroCreate<float>(most * most)
    let trial = Array.zeroCreate<float> most
    let gradient = Array.zeroCreate<float> most
    let passive = Array.zeroCreate<int> most
    let isPassive = Array.zeroCreate<bool> most

    /// Cholesky's factor of the passive part of the matrix; false where it is not clearly positive.
    let factorise (matrix: float[]) n count =
        let mutable good = true

        for i in 0 .. count - 1 do
            for j in 0..i do
                let mutable sum = matrix[passive[i] * n + passive[j]]

                for k in 0 .. j - 1 do
                    sum <- sum - factor[i * most + k] * factor[j * most + k]

                if i > j then
                    factor[i * most + j] <- sum / factor[j * most + j]
                elif sum > 1e-12 * matrix[passive[i] * n + passive[i]] then
                    factor[i * most + i] <- sqrt sum
                else
                    // Of no consequence for what is kept: the caller drops this row.
                    factor[i * most + i] <- 1.0
                    good <- false

        good

    /// The unlimited solution of the passive coefficients, into `trial`.
    let solve (right: float[]) count =
        for i in 0 .. count - 1 do
            let mutable sum = right[passive[i]]

            for k in 0 .. i - 1 do
                sum <- sum - factor[i * most + k] * trial[k]

            trial[i] <- sum / factor[i * most + i]

        for i in count - 1 .. -1 .. 0 do
            let mutable sum = trial[i]

            for k in i + 1 .. count - 1 do
                sum <- sum - factor[k * most + i] * trial[k]

            trial[i] <- sum / factor[i * most + i]

    /// Which of the passive coefficients is the first to become 0 on the way from `x` to `trial`; -1 where none does.
    let firstLimit (x: float[]) count =
        let mutable first = -1
        let mutable least = infinity

        for i in 0 .. count - 1 do
            if trial[i] <= 0.0 then
                let from = x[passive[i]]
                let part = if from > 0.0 then from / (from - trial[i]) else 0.0

                if part < least then
                    first <- i
                    least <- part

        first

    /// The x of at least 0 that makes x'Ax - 2 x'b least, for A of n x n, symmetric and not negative; into `x`.
    member _.Solve(n: int, matrix: float[], right: float[], x: float[]) : unit =
        Array.fill x 0 n 0.0
        Array.fill isPassive 0 n false
        let mutable count = 0

        let drop at =
            isPassive[passive[at]] <- false
            x[passive[at]] <- 0.0
            Array.blit passive (at + 1) passive at (count - at - 1)
            count <- count - 1

        let steepest tolerance (refused: bool[]) =
            let mutable best = -1

            for j in 0 .. n - 1 do
                let mutable sum = right[j]

                for k in 0 .. n - 1 do
                    sum <- sum - matrix[j * n + k] * x[k]

                gradient[j] <- sum

                if
                    not isPassive[j]
                    && not refused[j]
                    && sum > tolerance * sqrt matrix[j * n + j]
                    && (best < 0 || sum > gradient[best])
                then
                    best <- j

            best

        // In units of the data's length, the smallest gain that counts.
        let mutable tolerance = 0.0

        for j in 0 .. n - 1 do
            if matrix[j * n + j] > 0.0 then
                tolerance <- max tolerance (1e-10 * abs right[j] / sqrt matrix[j * n + j])

        let refused = Array.zeroCreate<bool> n
        let mutable next = steepest tolerance refused
        // Each step makes the sum less, so that no set returns; the limit guards against rounding.
        let mutable steps = 3 * n

        while next >= 0 && steps > 0 do
            steps <- steps - 1
            passive[count] <- next
            isPassive[next] <- true
            count <- count + 1

            if not (factorise matrix n count) then
                drop (count - 1)
                refused[next] <- true
            else
                solve right count

                // Back to the first limit on the way, as long as a coefficient would be below 0.
                let mutable limiting = firstLimit x count

                while limiting >= 0 do
                    let from = x[passive[limiting]]
                    let part = if from > 0.0 then from / (from - trial[limiting]) else 0.0

                    for i in 0 .. count - 1 do
                        x[passive[i]] <- x[passive[i]] + part * (trial[i] - x[passive[i]])

                    drop limiting
                    factorise matrix n count |> ignore
                    solve right count
                    limiting <- firstLimit x count

                for i in 0 .. count - 1 do
                    x[passive[i]] <- max 0.0 trial[i]

            next <- steepest tolerance refused
