namespace AmViz.Models;

/// <summary>How far the means of a layer are from the reference, at worst.</summary>
/// <param name="Layer">Name of the layer.</param>
/// <param name="MaxError">Largest relative error of a channel mean over all pictures.</param>
public sealed record ActivationError(string Layer, double MaxError);

/// <summary>How well a network agrees with what another implementation computed.</summary>
/// <param name="Passed">Whether every figure is within its tolerance and every top-1 agrees.</param>
/// <param name="MaxLogitError">Largest absolute error of a logit; null if the reference has none.</param>
/// <param name="Activations">One entry a layer of the reference.</param>
/// <param name="Top1Agreements">Pictures whose highest logit is that of the same class; null if the reference has no logits.</param>
/// <param name="Photos">Pictures compared.</param>
public sealed record ReferenceReport(
    bool Passed, double? MaxLogitError, IReadOnlyList<ActivationError> Activations, int? Top1Agreements, int Photos);
