namespace Redshift;

/// <summary>What an estimator says of one object.</summary>
/// <param name="Row">The object's row in the input, from 0.</param>
/// <param name="Id">Its id, where the catalogue has one.</param>
/// <param name="Redshift">The predicted redshift.</param>
public readonly record struct RedshiftPrediction(int Row, string? Id, double Redshift);
