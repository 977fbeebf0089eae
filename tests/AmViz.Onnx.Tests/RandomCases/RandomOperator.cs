namespace AmViz.Onnx.Tests.RandomCases;

/// <summary>An operator with a maker of cases.</summary>
/// <param name="Name">Such as <c>Conv</c>, or with a word behind it where an operator has several makers: <c>Conv, one axis</c>.</param>
/// <param name="Make">Makes a case from random numbers; the same for the same seed.</param>
/// <param name="IsDifferentiable">Whether its gradient is compared with differences.</param>
/// <param name="Relative">Allowed error, relative to the largest value.</param>
public sealed record RandomOperator(string Name, Func<CaseRandom, OperatorCase> Make, bool IsDifferentiable = true, double Relative = 1e-4)
{
    /// <summary>All of them; a family of operators is added here.</summary>
    internal static IReadOnlyList<RandomOperator> All =>
    [
        .. ActivationCases.All,
        .. WindowCases.All,
        .. NormalizationCases.All,
        .. ArithmeticCases.All,
        .. LinearCases.All,
        .. PaddingCases.All,
        .. ReductionCases.All,
        .. SamplingCases.All,
        .. ShapeCases.All,
    ];

    public override string ToString() => Name;
}
