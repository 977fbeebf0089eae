using System.Buffers.Binary;
using TorchSharp;

namespace AmViz.Weights.Tests;

[Collection(TorchTests.Name)]
public sealed class KerasFileTests
{
    private static readonly (string Name, long[] Shape)[] Weights =
    [
        ("conv1/kernel:0", [3, 3, 3, 4]), ("conv1_bn/gamma:0", [4]), ("conv1_bn/beta:0", [4]), ("conv1_bn/moving_mean:0", [4]), ("conv1_bn/moving_variance:0", [4]),
        ("conv_dw_1/depthwise_kernel:0", [3, 3, 4, 1]), ("multiplied/depthwise_kernel:0", [2, 2, 3, 2]), ("predictions/kernel:0", [4, 5]), ("predictions/bias:0", [5]),
    ];

    [Theory]
    [InlineData("keras.h5")]
    [InlineData("keras_latest.h5")]
    public void WeightsAreNamedByTheirLayersAndKeepTheirAxes(string name)
    {
        using ITensorFile file = Fixture.Open(name);

        Assert.Equal(Weights.Select(weight => weight.Name), file.Tensors.Keys);
        for (int i = 0; i < Weights.Length; i++)
        {
            Assert.Equal(Weights[i].Shape, file.Tensors[Weights[i].Name].Shape);
            Assert.Equal("F32", file.Tensors[Weights[i].Name].TypeName);
            Fixture.AssertFilled(Fixture.Floats(file, Weights[i].Name), i + 1, Enumerable.Range(0, (int)file.Tensors[Weights[i].Name].ElementCount));
        }
    }

    [Fact]
    public void ChunksShuffledPackedAndWithChecksumsAreRead()
    {
        using ITensorFile file = Fixture.Open("keras_gzip.h5");

        Fixture.AssertFilled(Fixture.Floats(file, "conv1/kernel:0"), 1, Enumerable.Range(0, 3 * 3 * 3 * 16));
    }

    [Fact]
    public void ChunksThatDoNotDivideTheShapeAreRead()
    {
        using ITensorFile file = Fixture.Open("keras_chunks.h5");

        Fixture.AssertFilled(Fixture.Floats(file, "conv1/kernel:0"), 1, Enumerable.Range(0, 5 * 3 * 7));
        Fixture.AssertFilled(Fixture.Floats(file, "conv1/bias:0"), 2, Enumerable.Range(0, 100));
    }

    [Fact]
    public void WholeModelInHalfPrecisionWithNamesOfAnyLengthIsRead()
    {
        using ITensorFile file = Fixture.Open("keras_model.h5");

        Assert.Equal(["conv1/kernel:0", "conv1/bias:0"], file.Tensors.Keys);
        Assert.Equal("F16", file.Tensors["conv1/kernel:0"].TypeName);
        Fixture.AssertFilled(Fixture.Floats(file, "conv1/kernel:0"), 1, Enumerable.Range(0, 6), 1e-3);
        Fixture.AssertFilled(Fixture.Floats(file, "conv1/bias:0"), 2, Enumerable.Range(0, 3));
    }

    [Fact]
    public void ModelInsideAModelKeepsItsWholeNames()
    {
        using ITensorFile file = Fixture.Open("keras_nested.h5");

        Assert.Equal(["conv1/kernel:0", "conv2/kernel:0", "head/bias:0"], file.Tensors.Keys);
    }

    [Fact]
    public void NoTensorIsLeftBehind()
    {
        using ITensorFile file = Fixture.Open("keras.h5");
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        Fixture.Floats(file, "conv1/kernel:0");

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void FileOfAnotherMakerSaysWhatWasExpected()
        => Assert.Contains("no attribute 'layer_names'", Assert.Throws<WeightsFormatException>(() => Fixture.Open("no_keras.h5")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("hostile_external.h5", "'conv1/kernel:0' lie in another file")]
    [InlineData("hostile_linked.h5", "'kernel:0' is a link to another place or file")]
    [InlineData("hostile_circle.h5", "'kernel:0' is a link to another place or file")]
    [InlineData("hostile_virtual.h5", "is laid out in a way")]
    public void NothingIsFollowedOutOfTheFileOrInCircles(string name, string expected)
        => Assert.Contains(expected, Assert.Throws<WeightsFormatException>(() => Fixture.Open(name)).Message, StringComparison.Ordinal);

    [Fact]
    public void NumbersThatAreNoFloatsAreListedAndRefusedWhenRead()
    {
        using ITensorFile file = Fixture.Open("keras_types.h5");

        Assert.Equal(["F64", "I32", "big-endian F32", "BF16"], file.Tensors.Values.Select(entry => entry.TypeName));
        Assert.All(file.Tensors.Values.Where(entry => entry.ElementType == ElementType.Other), entry =>
            Assert.Contains($"is {entry.TypeName}; expected F32, F16, BF16 or F64", Assert.Throws<WeightsFormatException>(() => file.Read(entry.Name)).Message, StringComparison.Ordinal));
        Fixture.AssertFilled(Fixture.Floats(file, "types/double:0"), 1, Enumerable.Range(0, 3));
        Fixture.AssertFilled(Fixture.Floats(file, "types/bfloat:0"), 4, Enumerable.Range(0, 3), 4e-3);
    }

    [Fact]
    public void FewBytesThatUnpackToGigabytesAreRefused()
    {
        var error = Assert.Throws<WeightsFormatException>(() => Fixture.Open("hostile_bomb.h5"));

        Assert.Contains("[1, 1, 1024, 4096] takes more bytes than can be in the file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TreeThatLeadsInCirclesEnds()
    {
        byte[] file = Fixture.Bytes("keras.h5");
        int tree = file.AsSpan().IndexOf("TREE"u8);
        file[tree + 5] = 200;
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(tree + 32), (ulong)tree);

        Assert.Contains("is not a tree", Assert.Throws<WeightsFormatException>(() => Fixture.Open(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NewerVersionsOfTheFormatThatAreNotReadAreSaidToBe()
        => Assert.Contains("libver=\"latest\"", Assert.Throws<WeightsFormatException>(() => Fixture.Open("keras_dense.h5")).Message, StringComparison.Ordinal);
}
