using System.IO.Compression;
using System.Security.Cryptography;
using TorchSharp;

namespace AmViz.Weights.Tests;

[Collection(TorchTests.Name)]
public sealed class PyTorchFileTests
{
    private static readonly string[] OfNet = ["conv.weight", "conv.bias", "bn.weight", "bn.bias", "bn.running_mean", "bn.running_var", "fc.weight", "fc.bias"];

    [Theory]
    [InlineData("state_dict.pth", "")]
    [InlineData("checkpoint.pth", "state_dict.module.")]
    [InlineData("legacy.pth", "")]
    public void StateDictOnTopOrInACheckpointGivesItsTensorsByTheirPath(string name, string path)
    {
        using ITensorFile file = Fixture.Open(name);

        Assert.Equal(OfNet.Append("bn.num_batches_tracked").Select(tensor => path + tensor).Order(StringComparer.Ordinal), file.Tensors.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([4, 3, 3, 3], file.Tensors[$"{path}conv.weight"].Shape);
        Assert.Equal("I64", file.Tensors[$"{path}bn.num_batches_tracked"].TypeName);
        for (int i = 0; i < OfNet.Length; i++)
        {
            string tensor = path + OfNet[i];
            Fixture.AssertFilled(Fixture.Floats(file, tensor), i + 1, Enumerable.Range(0, (int)file.Tensors[tensor].ElementCount));
        }
    }

    [Theory]
    [InlineData("views.pt")]
    [InlineData("views_protocol4.pt")]
    [InlineData("legacy_views.pth")]
    [InlineData("legacy_protocol4.pth")]
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
    public void OldFormatSaysWhatIsWrongWithIt()
    {
        byte[] sound = Fixture.Bytes("legacy.pth");
        string Message(byte[] file) => Assert.Throws<WeightsFormatException>(() => Fixture.Open(file)).Message;
        byte[] Changed(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
        {
            byte[] file = [.. sound];
            int place = file.AsSpan().IndexOf(from);
            Assert.True(place > 0);
            to.CopyTo(file.AsSpan(place));
            return file;
        }

        Assert.Contains("bytes are left of the file", Message(sound[..^1]), StringComparison.Ordinal);
        Assert.Contains("version of torch.save's older format other than 1001", Message(Changed([0x4d, 0xe9, 0x03], [0x4d, 0xe8, 0x03])), StringComparison.Ordinal);
        Assert.Contains("not little-endian", Message(Changed([.. "little_endianq"u8, 2, 0x88], [.. "little_endianq"u8, 2, 0x89])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sys_info", "before PyTorch 0.1.10")]
    [InlineData("weights/model.bin", "is a tar archive, not weights")]
    public void TarFilesAreCalledByTheirName(string firstEntry, string expected)
    {
        byte[] file = new byte[1024];
        System.Text.Encoding.ASCII.GetBytes(firstEntry).CopyTo(file, 0);
        "ustar"u8.CopyTo(file.AsSpan(257));

        Assert.Contains(expected, Assert.Throws<WeightsFormatException>(() => Fixture.Open(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PublishedCifarResNetIsReadAsPyTorchReadsIt()
    {
        string folder = AmViz.TestKit.SharedData.Weights("cifar10_resnet20");
        string path = Path.Combine(folder, "resnet20-12fca82f.th");
        Assert.SkipUnless(File.Exists(path), $"{path} is not there");

        using ITensorFile file = TensorFiles.Open(File.OpenRead(path), path);

        // Sums in float64 and first numbers that PyTorch 1.13 gives.
        Assert.Equal(97, file.Tensors.Count);
        foreach (var (tensor, sum, first) in new[]
        {
            ("conv1.weight", 1.3100982000032673, -0.13818146288394928), ("bn1.weight", 9.226966533155064, 0.610402524471283),
            ("linear.weight", -0.04562738863751292, -1.0598125457763672), ("linear.bias", 3.4442171454429626e-05, 0.19355906546115875),
        })
        {
            float[] values = Fixture.Floats(file, $"state_dict.module.{tensor}");
            Assert.Equal(first, values[0], 1e-12);
            Assert.Equal(sum, values.Sum(value => (double)value), 1e-9);
        }
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

    private static IEnumerable<int> Range(int count) => Enumerable.Range(0, count);
}
