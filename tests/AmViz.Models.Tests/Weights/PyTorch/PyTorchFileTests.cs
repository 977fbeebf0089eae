using System.IO.Compression;
using System.Security.Cryptography;
using TorchSharp;

namespace AmViz.Models.Tests;

[Collection(TorchTests.Name)]
public sealed class PyTorchFileTests
{
    private static readonly string[] OfNet = ["conv.weight", "conv.bias", "bn.weight", "bn.bias", "bn.running_mean", "bn.running_var", "fc.weight", "fc.bias"];

    [Theory]
    [InlineData("state_dict.pth")]
    [InlineData("checkpoint.pth")]
    public void StateDictOnTopOrInACheckpointGivesItsTensors(string name)
    {
        using ITensorFile file = Fixture.Open(name);

        Assert.Equal(OfNet.Append("bn.num_batches_tracked").Order(StringComparer.Ordinal), file.Tensors.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([4, 3, 3, 3], file.Tensors["conv.weight"].Shape);
        Assert.Equal("I64", file.Tensors["bn.num_batches_tracked"].TypeName);
        for (int i = 0; i < OfNet.Length; i++)
        {
            Fixture.AssertFilled(Fixture.Floats(file, OfNet[i]), i + 1, Enumerable.Range(0, (int)file.Tensors[OfNet[i]].ElementCount));
        }
    }

    [Theory]
    [InlineData("views.pt")]
    [InlineData("views_protocol4.pt")]
    public void ViewsAreReadInTheirShapesWhateverTheirStrides(string name)
    {
        using ITensorFile file = Fixture.Open(name);

        Fixture.AssertFilled(Fixture.Floats(file, "transposed"), 1, from column in Range(6) from row in Range(4) select (row * 6) + column);
        Fixture.AssertFilled(Fixture.Floats(file, "rows"), 1, Enumerable.Range(6, 12));
        Fixture.AssertFilled(Fixture.Floats(file, "column"), 1, Range(4).Select(row => (row * 6) + 2));
        Fixture.AssertFilled(Fixture.Floats(file, "every_second"), 1, [1, 3, 5, 13, 15, 17]);
        Fixture.AssertFilled(Fixture.Floats(file, "scalar"), 1, [15]);
        Fixture.AssertFilled(Fixture.Floats(file, "half"), 2, Range(6), 1e-3);
        Fixture.AssertFilled(Fixture.Floats(file, "bfloat"), 3, Range(5), 4e-3);
        Fixture.AssertFilled(Fixture.Floats(file, "channels_last"), 4, Range(24));
        Fixture.AssertFilled(Fixture.Floats(file, "parameter"), 5, Range(4));
        Assert.Equal([0, 0], Fixture.Floats(file, "double"));
        Assert.Empty(Fixture.Floats(file, "none"));
        Assert.Equal([0, 3], file.Tensors["none"].Shape);
    }

    [Theory]
    [InlineData("whole", "I64")]
    [InlineData("flags", "BOOL")]
    public void OtherNumberFormatsAreListedAndRefusedWhenRead(string tensor, string type)
    {
        using ITensorFile file = Fixture.Open("views.pt");

        Assert.Equal(ElementType.Other, file.Tensors[tensor].ElementType);
        Assert.Equal(type, file.Tensors[tensor].TypeName);
        Assert.Contains($"{type}; expected F32, F16, BF16 or F64", Assert.Throws<WeightsFormatException>(() => file.Read(tensor)).Message, StringComparison.Ordinal);
        Assert.Throws<WeightsFormatException>(() => file.Read("no such tensor"));
    }

    [Fact]
    public void DigestIsThatOfTheWholeFile()
    {
        using ITensorFile file = Fixture.Open("state_dict.pth");

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Fixture.Bytes("state_dict.pth"))), file.ComputeDigest());
    }

    [Fact]
    public void NoTensorIsLeftBehind()
    {
        using ITensorFile file = Fixture.Open("views.pt");
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        Fixture.Floats(file, "transposed");
        Fixture.Floats(file, "half");

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void OldFormatIsRefusedWithTheLineThatConverts()
    {
        string message = Assert.Throws<WeightsFormatException>(() => Fixture.Open("legacy.pth")).Message;

        Assert.Contains("before PyTorch 1.6", message, StringComparison.Ordinal);
        Assert.Contains("torch.save(torch.load('FILE', map_location='cpu', weights_only=True), 'weights.pth')", message, StringComparison.Ordinal);
    }

    [Fact]
    public void WholeModuleIsRefusedByTheNameOfItsClass()
    {
        string message = Assert.Throws<WeightsFormatException>(() => Fixture.Open("whole_module.pth")).Message;

        Assert.Contains("uses '__main__.Net'", message, StringComparison.Ordinal);
        Assert.Contains("Nothing was run", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, 0, new[] { 5 }, new[] { 1 })]
    [InlineData(4, 1, new[] { 2, 2 }, new[] { 2, 1 })]
    [InlineData(4, -1, new[] { 1 }, new[] { 1 })]
    [InlineData(4, 0, new[] { -1 }, new[] { 1 })]
    [InlineData(4, 0, new[] { 2 }, new[] { -1 })]
    [InlineData(4, 0, new[] { 2, 2 }, new[] { 1 })]
    [InlineData(4, 0, new[] { int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue }, new[] { int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue })]
    [InlineData(4, 0, new[] { int.MaxValue, int.MaxValue }, new[] { 0, 0 })]
    [InlineData(3, 0, new[] { 3 }, new[] { 1 })]
    [InlineData(5, 0, new[] { 4 }, new[] { 1 })]
    [InlineData(4, 0, new[] { 1, 1, 1, 1, 1, 1, 1, 1, 1 }, new[] { 1, 1, 1, 1, 1, 1, 1, 1, 1 })]
    public void ViewsThatReachOutsideAreRefused(int count, int offset, int[] shape, int[] strides)
    {
        byte[] pickle = PickleBytes.DictOf("w", p => p.Tensor(count, offset, shape, strides));

        Assert.Throws<WeightsFormatException>(() => Fixture.Open(PickleBytes.Archive(pickle, 1, 2, 3, 4)));
    }

    [Fact]
    public void ArchiveThatIsNotAsTorchWritesItIsRefused()
    {
        byte[] pickle = PickleBytes.DictOf("w", p => p.Tensor(1, 0, [1], [1]));
        byte[] zeros = new byte[4];

        string Message(byte[] file) => Assert.Throws<WeightsFormatException>(() => Fixture.Open(file)).Message;

        Assert.Contains("has no 'data/0'", Message(PickleBytes.Archive(("a/data.pkl", pickle))), StringComparison.Ordinal);
        Assert.Contains("no folder with data.pkl", Message(PickleBytes.Archive(("data.pkl", pickle))), StringComparison.Ordinal);
        Assert.Contains("model.weights.h5", Message(PickleBytes.Archive(("model.weights.h5", zeros))), StringComparison.Ordinal);
        Assert.Contains("stands twice", Message(PickleBytes.Archive(("a/data.pkl", pickle), ("a/data/0", zeros), ("a/data/0", zeros))), StringComparison.Ordinal);
        Assert.Contains("compressed", Message(PickleBytes.Archive(CompressionLevel.Optimal, ("a/data.pkl", pickle), ("a/data/0", new byte[9999]))), StringComparison.Ordinal);
        Assert.Contains("not little-endian", Message(PickleBytes.Archive(("a/data.pkl", pickle), ("a/data/0", zeros), ("a/byteorder", "big"u8.ToArray()))), StringComparison.Ordinal);
    }

    [Fact]
    public void DictionariesWithoutTensorsSayWhatWasExpected()
    {
        byte[] empty = PickleBytes.DictOf("weights", p => p.Op(PickleOpcode.EmptyDict));
        byte[] list = PickleBytes.Begin().Op(PickleOpcode.EmptyList).Op(PickleOpcode.Stop).ToArray();
        byte[] circle = PickleBytes.Begin().Op(PickleOpcode.EmptyDict).Op(PickleOpcode.BinPut).Byte(0).Text("model").Op(PickleOpcode.BinGet).Byte(0).Op(PickleOpcode.SetItem).Op(PickleOpcode.Stop).ToArray();

        Assert.All([empty, list, circle], pickle =>
            Assert.Contains("Save net.state_dict()", Assert.Throws<WeightsFormatException>(() => Fixture.Open(PickleBytes.Archive(pickle, 1))).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void SeveralDictionariesOfTensorsAskWhichOneIsMeant()
    {
        byte[] pickle = PickleBytes.Begin().Op(PickleOpcode.EmptyDict)
            .Text("teacher").Op(PickleOpcode.EmptyDict).Text("w").Tensor(1, 0, [1], [1]).Op(PickleOpcode.SetItem).Op(PickleOpcode.SetItem)
            .Text("student").Op(PickleOpcode.EmptyDict).Text("w").Tensor(1, 0, [1], [1]).Op(PickleOpcode.SetItem).Op(PickleOpcode.SetItem)
            .Op(PickleOpcode.Stop).ToArray();

        Assert.Contains("'teacher', 'student'", Assert.Throws<WeightsFormatException>(() => Fixture.Open(PickleBytes.Archive(pickle, 1))).Message, StringComparison.Ordinal);
    }

    private static IEnumerable<int> Range(int count) => Enumerable.Range(0, count);
}
