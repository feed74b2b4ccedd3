namespace Redshift.Core.Evaluation

open System
open MathNet.Numerics
open MathNet.Numerics.Statistics

/// One number that says how good predictions are.
type Metric =
    {
        /// Name in `metrics.json`.
        Key: string
        /// Name for people.
        Title: string
        /// The formula; Delta = (z_phot - z_spec) / (1 + z_spec).
        Definition: string
        /// True for a share of the objects (0 to 1), to be shown in per cent.
        IsShare: bool
        /// The value; NaN where it is not defined: of no objects, or a slope or R2 of equal redshifts.
        Score: Sample -> float
    }

/// The point metrics. To add one: one entry in `all`.
module Metrics =

    let private metric key title definition score =
        { Key = key
          Title = title
          Definition = definition
          IsShare = false
          Score = fun sample -> if sample.Count = 0 then nan else score sample }

    /// Linear interpolation of order statistics: numpy's default, Hyndman and Fan's (1996) type 7.
    let private quantile (tau: float) (sample: Sample) =
        SortedArrayStatistics.QuantileCustom(sample.Delta, tau, QuantileDefinition.R7)

    let private median (sample: Sample) = SortedArrayStatistics.Median sample.Delta

    let private nmad (sample: Sample) =
        let centre = median sample
        let distances = sample.Scratch

        for i in 0 .. distances.Length - 1 do
            distances[i] <- abs (sample.Delta[i] - centre)

        1.4826 * ArrayStatistics.MedianInplace distances

    let private sigmaIqr sample = (quantile 0.75 sample - quantile 0.25 sample) / 1.349

    /// The share of objects with |Delta| > threshold.
    let private outliers (threshold: float) (sample: Sample) =
        let mutable count = 0

        for delta in sample.Delta do
            if abs delta > threshold then
                count <- count + 1

        float count / float sample.Count

    let private outlier (threshold: float) =
        let share = threshold.ToString("0.00", Globalization.CultureInfo.InvariantCulture)

        { metric $"outlier_{share}" $"Outliers, |Δ| > {share}" $"share with |Delta| > {share}" (outliers threshold) with
            IsShare = true }

    /// False where all are equal, of which sums of squares, rounded, may not be zero.
    let private varies (values: float[]) = Array.exists ((<>) values[0]) values

    // MathNet's Distance.SSD allocates an array, which a thousand resamples cannot afford.
    let private squaredError (sample: Sample) =
        let mutable sum = 0.0

        for i in 0 .. sample.Count - 1 do
            let error = sample.Predicted[i] - sample.Truth[i]
            sum <- sum + error * error

        sum

    /// 1 - SS_res / SS_tot with this sample's mean of z_spec; NaN where all z_spec are equal.
    let private determination (sample: Sample) =
        if varies sample.Truth then
            let total = ArrayStatistics.PopulationVariance sample.Truth * float sample.Count
            1.0 - squaredError sample / total
        else
            nan

    /// The slope of least squares of y on x; NaN where all x are equal.
    let private slope (x: float[]) (y: float[]) = if varies x then snd (Fit.Line(x, y).ToTuple()) else nan

    /// Mean absolute error.
    let mae =
        metric "mae" "Mean absolute error" "mean |z_phot - z_spec|" (fun s -> Distance.MAE(s.Truth, s.Predicted))

    /// Mean squared error.
    let mse =
        metric "mse" "Mean squared error" "mean (z_phot - z_spec)^2" (fun s -> squaredError s / float s.Count)

    /// Root mean squared error.
    let rmse = metric "rmse" "Root mean squared error" "sqrt(mean (z_phot - z_spec)^2)" (mse.Score >> sqrt)

    /// Mean of Delta.
    let biasMean = metric "bias_mean" "Mean bias ⟨Δ⟩" "mean Delta" (fun s -> ArrayStatistics.Mean s.Delta)

    /// Normalised median absolute deviation.
    let normalisedMad = metric "nmad" "σ(NMAD)" "1.4826 median |Delta - median Delta|" nmad

    /// Share with |Delta| > 0.15.
    let outlier015 = outlier 0.15

    /// The share of the variance that is explained; may be negative, and NaN where all true values are equal.
    let r2 =
        metric "r2" "R²" "1 - SS_res / SS_tot on z, SS_tot about the mean z_spec of this sample" determination

    /// By how much predictions rise with the true redshift; below 1 they flatten.
    let slopePredOnTrue =
        metric "slope_pred_on_true" "Slope, predicted on true" "least squares of z_phot on z_spec" (fun s ->
            slope s.Truth s.Predicted)

    /// Every point metric, in the order in which they are written.
    let all: Metric list =
        [ mae
          mse
          rmse
          r2
          biasMean
          metric "bias_median" "Median bias" "median Delta" median
          normalisedMad
          metric "sigma68" "σ68" "(q84.135 - q15.865) / 2 of Delta, linear quantiles" (fun s ->
              (quantile 0.84135 s - quantile 0.15865 s) / 2.0)
          metric "sigma_iqr" "σ(IQR)" "(q75 - q25) / 1.349 of Delta, linear quantiles" sigmaIqr
          outlier 0.05
          outlier 0.10
          outlier015
          outlier 0.20
          { metric "outlier_desc" "Outliers, DESC" "share with |Delta| > max(0.06, 3 sigma_iqr)" (fun s ->
                outliers (max 0.06 (3.0 * sigmaIqr s)) s) with
              IsShare = true }
          slopePredOnTrue
          metric "slope_true_on_pred" "Slope, true on predicted" "least squares of z_spec on z_phot" (fun s ->
              slope s.Predicted s.Truth) ]
