using System.Text;
using AmViz.TestKit;
using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx.Tests.Conformance;

/// <summary>ONNX's own cases.</summary>
/// <param name="output">Where the figures by operator go.</param>
[Collection(OnnxTests.Name)]
public sealed class ConformanceTests(ITestOutputHelper output)
{
    /// <summary>Those of ONNX's own runner (backend/test/runner).</summary>
    private const double Relative = 1e-3, Absolute = 1e-7;

    /// <summary>Holds for nearly all cases.</summary>
    private const double Tight = 1e-4;

    private const string Nodes = "node-tests-1.18.tar.gz", Modules = "pytorch-converted-1.18.tar.gz";

    [Theory]
    [InlineData(Nodes, 1056)]
    [InlineData(Modules, 79)]
    public void EveryCaseIsComputedOrRefusedAsListed(string archive, int leastPassed)
    {
        string path = Path.Combine(ConformanceCase.Folder, archive);
        Assert.SkipUnless(File.Exists(path), $"The file {path} is not on this machine; name its folder in {SharedData.Variable}.");
        var results = ConformanceCase.Read(archive).Select(one => (Case: one, Skip: ConformanceSkips.Of(one), Problem: Try(one))).ToList();
        var wrong = results.Where(result => ConformanceSkips.Wrong.ContainsKey(result.Case.Name) ? result.Problem?.IsRefusal != false : result.Skip is null ? result.Problem is not null : result.Problem?.IsRefusal != true).ToList();
        output.WriteLine(Report(results));
        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Select(result => $"{result.Case.Name}: {(result.Skip is null ? result.Problem?.Text ?? "passes, but is listed as wrong" : $"is listed as skipped, but {(result.Problem is null ? "passes" : result.Problem.Text)}")}").Prepend($"{wrong.Count} of {results.Count} cases:")));
        int passed = results.Count(result => result.Problem is null);
        Assert.True(passed >= leastPassed, $"{passed} cases pass; {leastPassed} did before");
    }

    [Fact]
    public void EveryRowOfTheListsIsNeeded()
    {
        Assert.SkipUnless(Directory.Exists(ConformanceCase.Folder), SharedData.WhyMissing(ConformanceCase.Folder) ?? string.Empty);
        var cases = ConformanceCase.Read(Nodes).Concat(ConformanceCase.Read(Modules)).ToList();
        var used = cases.Select(one => ConformanceSkips.Of(one)?.Row).OfType<string>().ToHashSet(StringComparer.Ordinal);
        used.UnionWith(cases.SelectMany(one => one.Kinds));
        Assert.Equal(string.Empty, string.Join(", ", ConformanceSkips.Operators.Keys.Concat(ConformanceSkips.Domains.Keys).Concat(ConformanceSkips.Cases.Keys).Except(used, StringComparer.Ordinal)));
        Assert.Empty(ConformanceSkips.Wrong.Keys.Except(cases.Select(one => one.Name), StringComparer.Ordinal));
    }

    private static Problem? Try(ConformanceCase one)
    {
        using var scope = NewDisposeScope();
        try
        {
            using var graph = new OnnxGraph(OnnxFile.Read(one.Model, one.Name));
            return one.Sets.Select(set => Compare(one, set, graph)).FirstOrDefault(problem => problem is not null) is { } text ? new Problem(text, IsRefusal: false) : null;
        }
        catch (WeightsFormatException e)
        {
            return new Problem(e.Message, IsRefusal: true);
        }
        catch (Exception e)
        {
            return new Problem(e.ToString(), IsRefusal: false);
        }
    }

    private static string? Compare(ConformanceCase one, int set, OnnxGraph graph)
    {
        var given = graph.Inputs.Zip(one.Inputs(set), (input, file) => (input.Name, Value: Read(file))).ToDictionary(input => input.Name, input => input.Value, StringComparer.Ordinal);
        var made = graph.Run(given);
        foreach (var (value, file) in graph.Outputs.Zip(one.Outputs(set)))
        {
            if (Tensors.Difference(Read(file), made[value.Name], Tight, Absolute) is { } difference && (Tensors.Difference(Read(file), made[value.Name], Relative, Absolute) is not null))
            {
                return $"{value.Name} {difference}";
            }
        }

        return null;
    }

    // The tensor itself belongs to no scope; this one does.
    private static Tensor Read(byte[] file)
    {
        using var tensor = Tensors.Read(file);
        return tensor.alias();
    }

    private static string Report(IEnumerable<(ConformanceCase Case, (string Row, string Reason)? Skip, Problem? Problem)> results)
    {
        var text = new StringBuilder("operators: passed, differing from what is wrong in the data or failed, skipped\n");
        foreach (var same in results.GroupBy(result => result.Case.Kinds.Count == 1 ? result.Case.Operators : "several nodes", StringComparer.Ordinal).OrderBy(same => same.Key, StringComparer.Ordinal))
        {
            int skipped = same.Count(result => result.Skip is not null);
            int failed = same.Count(result => result.Skip is null && result.Problem is not null);
            string reasons = string.Join("; ", same.Where(result => result.Skip is not null).Select(result => result.Skip!.Value.Reason).Distinct(StringComparer.Ordinal));
            text.AppendLine(FormattableString.Invariant($"{same.Key}: {same.Count() - failed - skipped}, {failed}, {skipped}{(reasons.Length > 0 ? $" ({reasons})" : string.Empty)}"));
        }

        return text.ToString();
    }

    private sealed record Problem(string Text, bool IsRefusal);
}
