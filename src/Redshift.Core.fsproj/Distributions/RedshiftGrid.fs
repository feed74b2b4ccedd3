namespace Redshift.Core.Distributions

/// A grid of redshift bins of equal width over [Lowest, Highest]; each bin holds its lower edge, the last both.
type RedshiftGrid =
    { Lowest: float
      Highest: float
      Bins: int }

    member this.Width = (this.Highest - this.Lowest) / float this.Bins

    /// The middle of bin `i`.
    member this.Centre(i: int) = this.Lowest + (float i + 0.5) * this.Width

    /// The lower edge of bin `i`; of `Bins`, the highest redshift.
    member this.Edge(i: int) =
        if i = this.Bins then
            this.Highest
        else
            this.Lowest + float i * this.Width

    /// True for redshifts in [Lowest, Highest].
    member this.Contains(redshift: float) = redshift >= this.Lowest && redshift <= this.Highest

    /// The bin that holds a redshift, by `Edge`; for one outside the grid, the nearest bin.
    member this.IndexOf(redshift: float) =
        let guess = floor ((redshift - this.Lowest) / this.Width)
        let nearest = int (max 0.0 (min guess (float (this.Bins - 1))))

        if nearest > 0 && redshift < this.Edge nearest then
            nearest - 1
        elif nearest < this.Bins - 1 && redshift >= this.Edge(nearest + 1) then
            nearest + 1
        else
            nearest
