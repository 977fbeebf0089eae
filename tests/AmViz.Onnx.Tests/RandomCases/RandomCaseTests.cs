using AmViz.Onnx.Tests.Verification;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx.Tests.RandomCases;

/// <summary>Every operator on random shapes and settings: values as ONNX Runtime has them, gradients as differences have them.</summary>
/// <remarks>To add an operator, write a <see cref="RandomOperator"/> and name its family in <see cref="RandomOperator.All"/>.</remarks>
/// <param name="output">Where the worst errors go.</param>
[Collection(OnnxTests.Name)]
public sealed class RandomCaseTests(ITestOutputHelper output)
{
    private const int Cases = 40;

    /// <summary>Of the gradient against central differences, in double precision.</summary>
    private const double WorstGradient = 1e-5;

    private const double Step = 1e-6;

    /// <summary>Cases that are planned as well.</summary>
    private const int PlannedCases = 5;

    /// <summary>Cases whose gradient is compared; each costs two runs and one backward.</summary>
    private const int GradientCases = 10;

    public static TheoryData<string> Operators => [.. RandomOperator.All.Select(one => one.Name)];

    public static TheoryData<string> DifferentiableOperators => [.. RandomOperator.All.Where(one => one.IsDifferentiable).Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Operators))]
    public void ValuesAreThoseOfOnnxRuntime(string name)
    {
        var tried = Find(name);
        for (int seed = 0; seed < Cases; seed++)
        {
            using var scope = NewDisposeScope();
            var one = tried.Make(new CaseRandom(seed));
            byte[] model = one.Model();
            var expected = RuntimeModel.Run(model, one.Given, one.OutputNames);
            using var graph = new OnnxGraph(OnnxFile.Read(model, "case"));
            var actual = graph.Run(one.Given.ToDictionary(input => input.Name, input => input.Value, StringComparer.Ordinal));
            for (int i = 0; i < expected.Count; i++)
            {
                string? difference = Tensors.Difference(expected[i], actual[one.OutputNames[i]], 0, tried.Relative * Math.Max(Largest(expected[i]), 1e-3));
                Assert.True(difference is null, $"seed {seed}, {one.Text}: output {i} {difference}");
            }

            if (one.Given.Count == 1 && one.Given[0].Value.NumberOfElements > 0 && seed < PlannedCases)
            {
                RequireSamePlanned(graph, one, actual, $"seed {seed}, {one.Text}");
            }
        }
    }

    // A plan finds the shapes without computing, and gives the same values.
    private static void RequireSamePlanned(OnnxGraph graph, OperatorCase one, IReadOnlyDictionary<string, Tensor> actual, string what)
    {
        var shapes = graph.Shapes(one.Given[0].Value.shape, one.OutputNames);
        var planned = graph.Forward(one.Given[0].Value, one.OutputNames);
        for (int i = 0; i < one.OutputNames.Count; i++)
        {
            string name = one.OutputNames[i];
            Assert.True(shapes[name].SequenceEqual(actual[name].shape), $"{what}: a plan finds [{string.Join(", ", shapes[name])}] instead of [{string.Join(", ", actual[name].shape)}]");
            Assert.True(Tensors.Difference(actual[name], planned[i], 0, 1e-5 * Math.Max(Largest(actual[name]), 1e-3)) is null, $"{what}: output {i} of a plan");
        }
    }

    [Theory]
    [MemberData(nameof(DifferentiableOperators))]
    public void GradientsAreThoseOfDifferences(string name)
    {
        double worst = 0;
        for (int seed = 0; seed < GradientCases; seed++)
        {
            using var scope = NewDisposeScope();
            var random = new CaseRandom(seed);
            var one = Find(name).Make(random).InDouble();
            double error = GradientError(one, random);
            worst = Math.Max(worst, error);
            Assert.True(error < WorstGradient, FormattableString.Invariant($"seed {seed}, {one.Text}: the gradient is off by {error:E1}"));
        }

        output.WriteLine(FormattableString.Invariant($"{name}: worst relative error of the gradient {worst:E1}"));
    }

    private static RandomOperator Find(string name) => RandomOperator.All.First(one => one.Name == name);

    private static double Largest(Tensor tensor) => tensor.NumberOfElements == 0 ? 0 : tensor.to(ScalarType.Float64).abs().nan_to_num(0, 0, 0).max().ToDouble();

    // The slope along a random direction, of a randomly weighted sum of all outputs.
    private static double GradientError(OperatorCase one, CaseRandom random)
    {
        using var graph = new OnnxGraph(OnnxFile.Read(one.Model(), "case"));
        var at = one.Given.ToDictionary(input => input.Name, input => input.Value, StringComparer.Ordinal);
        var moving = at.Where(input => input.Value.dtype == ScalarType.Float64).Select(input => input.Key).ToList();
        var directions = moving.ToDictionary(input => input, input => random.Normals(at[input].shape).to(ScalarType.Float64), StringComparer.Ordinal);
        var weights = graph.Run(at).Where(made => made.Value.dtype == ScalarType.Float64).ToDictionary(made => made.Key, made => random.Normals(made.Value.shape).to(ScalarType.Float64), StringComparer.Ordinal);

        var leaves = at.ToDictionary(input => input.Key, input => moving.Contains(input.Key) ? input.Value.detach().clone().requires_grad_() : input.Value, StringComparer.Ordinal);
        Sum(leaves).backward();
        double slope = moving.Sum(input => leaves[input].grad is { } gradient ? gradient.mul(directions[input]).sum().ToDouble() : 0);
        double steepness = moving.Sum(input => leaves[input].grad is { } gradient ? gradient.mul(directions[input]).abs().sum().ToDouble() : 0);
        double difference = (Sum(Moved(Step)).ToDouble() - Sum(Moved(-Step)).ToDouble()) / (2 * Step);
        return Math.Abs(slope - difference) / Math.Max(steepness, 1e-3);

        Tensor Sum(IReadOnlyDictionary<string, Tensor> inputs) => graph.Run(inputs).Where(made => weights.ContainsKey(made.Key)).Select(made => made.Value.mul(weights[made.Key]).sum()).Aggregate((x, y) => x.add(y));

        Dictionary<string, Tensor> Moved(double step) => at.ToDictionary(input => input.Key, input => directions.TryGetValue(input.Key, out var direction) ? input.Value.add(direction.mul(step)) : input.Value, StringComparer.Ordinal);
    }
}
