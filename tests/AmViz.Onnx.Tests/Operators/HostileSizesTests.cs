using AmViz.Onnx.Tests.RandomCases;
using AmViz.Weights;
using static TorchSharp.torch;

namespace AmViz.Onnx.Tests.Operators;

[Collection(OnnxTests.Name)]
public sealed class HostileSizesTests
{
    private const long Huge = 1L << 40;

    private static IReadOnlyList<OperatorCase> Cases =>
    [
        new OperatorCase("ConstantOfShape", 11).Constant(Huge),
        new OperatorCase("ConstantOfShape", 11).Constant(long.MaxValue, long.MaxValue, 4),
        new OperatorCase("ConstantOfShape", 11).Constant(-1L),
        new OperatorCase("CenterCropPad", 18).Input(ones(2, 2)).Constant(Huge, 1),
        new OperatorCase("Col2Im", 18).Input(ones(1, 1, 1)).Constant(Huge, Huge).Constant(1L, 1),
        new OperatorCase("AffineGrid", 20).Input(ones(1, 2, 3)).Constant(1L, 1, Huge, Huge),
        new OperatorCase("Expand", 13).Input(ones(1)).Constant(Huge),
        new OperatorCase("Gather", 13).Input(ones(2)).Constant(tensor(5L)),
        new OperatorCase("Gather", 13).Input(ones(2)).Constant(tensor(long.MinValue)),
        new OperatorCase("GatherND", 13).Input(ones(2, 2)).Constant(tensor(new[] { 0L, 2 })),
        new OperatorCase("OneHot", 11).Input(tensor(new[] { 0L })).Constant(Huge).Constant(ones(2)),
        new OperatorCase("Pad", 19).Input(ones(2)).Constant(Huge, 0),
        new OperatorCase("Pad", 19).Input(ones(2)).Constant(0L, long.MaxValue),
        new OperatorCase("Pad", 19).Input(ones(2)).Constant(-2L, -1),
        new OperatorCase("Pad", 19).Input(ones(2)).Constant(Huge, 0).Set("mode", "edge"),
        new OperatorCase("Range", 11).Constant(tensor(0L)).Constant(tensor(long.MaxValue)).Constant(tensor(1L)),
        new OperatorCase("Range", 11).Constant(tensor(0L)).Constant(tensor(5L)).Constant(tensor(0L)),
        new OperatorCase("Range", 11).Constant(tensor(0f)).Constant(tensor(float.PositiveInfinity)).Constant(tensor(1f)),
        new OperatorCase("Range", 11).Constant(tensor(0f)).Constant(tensor(1f)).Constant(tensor(1e-30f)),
        new OperatorCase("Reshape", 14).Input(ones(4)).Constant(long.MaxValue, 2, 2),
        new OperatorCase("Resize", 19).Input(ones(1, 1)).Nothing().Nothing().Constant(1L, Huge),
        new OperatorCase("Resize", 19).Input(ones(1, 1)).Nothing().Nothing().Constant(1L, 1L << 30).Set("mode", "linear"),
        new OperatorCase("Resize", 19).Input(ones(1, 2)).Nothing().Nothing().Constant(1L, 1L << 30).Set("mode", "linear"),
        new OperatorCase("Resize", 19).Input(ones(1, 1)).Nothing().Constant(tensor(new[] { 1f, float.MaxValue })),
        new OperatorCase("Resize", 19).Input(ones(1, 1)).Nothing().Constant(tensor(new[] { 1f, float.NaN })),
        new OperatorCase("ScatterND", 18).Input(ones(2)).Constant(tensor(new[] { 7L }).reshape(1, 1)).Input(ones(1)),
        new OperatorCase("Split", 13).Input(ones(4)).Constant(long.MaxValue, long.MinValue + 5).Outputs(2),
        new OperatorCase("Tile", 13).Input(ones(2, 2)).Constant(Huge, Huge),
        new OperatorCase("Tile", 13).Input(ones(2, 2)).Constant(1L << 30, 1L << 30),
        new OperatorCase("TopK", 11).Input(ones(2)).Constant(Huge).Outputs(2),
    ];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Cases.Count)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void WhatAFileTellsIsCheckedBeforeATensorIsMadeOfIt(int number)
    {
        using var scope = NewDisposeScope();
        var one = Cases[number];
        using var graph = new OnnxGraph(OnnxFile.Read(one.Model(), "case"));
        var inputs = one.Given.ToDictionary(input => input.Name, input => input.Value, StringComparer.Ordinal);
        var e = Assert.Throws<WeightsFormatException>(() => graph.Run(inputs));
        Assert.Contains($"Node 'node' ({one.Operator})", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ij,jk->ik,")]
    [InlineData("ij->ik")]
    [InlineData("ij->ii")]
    [InlineData("ijk->i")]
    [InlineData("....->i")]
    [InlineData("i1->i")]
    [InlineData("ij->i->j")]
    [InlineData("")]
    public void AnEquationThatDoesNotFitIsRefused(string equation)
    {
        using var scope = NewDisposeScope();
        var one = new OperatorCase("Einsum", 12).Input(ones(2, 3)).Set("equation", equation);
        using var graph = new OnnxGraph(OnnxFile.Read(one.Model(), "case"));
        var inputs = one.Given.ToDictionary(input => input.Name, input => input.Value, StringComparer.Ordinal);
        var e = Assert.Throws<WeightsFormatException>(() => graph.Run(inputs));
        Assert.Contains("equation", e.Message, StringComparison.Ordinal);
    }
}
