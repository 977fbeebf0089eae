using System.IO.Compression;
namespace AmViz.Weights.Tests;

/// <summary>Files that <c>Goldens/make_keras3.py</c> wrote by the rules of Keras's source: two branches, so that layers are not numbered in the order in which they were made.</summary>
[Collection(TorchTests.Name)]
public sealed class Keras3FileTests
{
    // In the order in which Keras writes them, which is the number that the formula fills them by.
    private static readonly (string Name, long[] Shape)[] Weights =
    [
        ("conv2d_1/kernel", [3, 3, 3, 3]), ("conv2d_2/kernel", [3, 3, 3, 4]), ("conv2d_2/bias", [4]), ("batch_normalization/gamma", [4]), ("batch_normalization/beta", [4]),
        ("batch_normalization/moving_mean", [4]), ("batch_normalization/moving_variance", [4]), ("depthwise_conv2d/depthwise_kernel", [3, 3, 4, 1]),
        ("conv2d/kernel", [1, 1, 3, 2]), ("predictions/kernel", [6, 5]), ("predictions/bias", [5]),
    ];

    private static readonly string[] Places =
    [
        "layers/conv2d/vars/0", "layers/conv2d_1/vars/0", "layers/conv2d_1/vars/1", "layers/batch_normalization/vars/0", "layers/batch_normalization/vars/1",
        "layers/batch_normalization/vars/2", "layers/batch_normalization/vars/3", "layers/depthwise_conv2d/vars/0", "layers/conv2d_2/vars/0", "layers/dense/vars/0", "layers/dense/vars/1",
    ];

    [Theory]
    [InlineData("keras3.keras")]
    [InlineData("keras3_2.13.keras")]
    [InlineData("keras3_named.keras")]
    [InlineData("keras3_named.weights.h5")]
    public void WeightsAreNamedByTheTrueNamesOfTheirLayers(string name) => AssertWeights(name, [.. Weights.Select(weight => weight.Name)]);

    [Theory]
    [InlineData("keras3_unnamed.weights.h5")]
    [InlineData("keras3_windows.weights.h5")]
    public void WeightsWithoutNamesAreCalledByTheirPlaces(string name) => AssertWeights(name, Places);

    [Fact]
    public void LayersOfAModelInsideAModelHaveTheirNamesToo()
    {
        using ITensorFile file = Fixture.Open("keras3_nested.keras");

        string[] expected = [.. Weights.Select(weight => weight.Name), "head/kernel", "head/bias"];
        Assert.Equal(expected.Order(StringComparer.Ordinal), file.Tensors.Keys.Order(StringComparer.Ordinal));
        Fixture.AssertFilled(Fixture.Floats(file, "conv2d/kernel"), 9, Enumerable.Range(0, 6));
    }

    [Fact]
    public void Bfloat16IsReadThoughHdf5HasNoSuchFormat()
    {
        using ITensorFile file = Fixture.Open("keras3_bfloat16.weights.h5");

        Assert.All(file.Tensors.Values, entry => Assert.Equal("BF16", entry.TypeName));
        Fixture.AssertFilled(Fixture.Floats(file, "conv2d/kernel"), 1, Enumerable.Range(0, 6), 8e-3);
    }

    [Fact]
    public void GroupsThatLeadInCirclesEnd()
        => Assert.Contains("has two names", Assert.Throws<WeightsFormatException>(() => Fixture.Open("hostile_keras3_circle.weights.h5")).Message, StringComparison.Ordinal);

    [Fact]
    public void ArchiveThatSomebodyPackedAgainIsReadAndABombIsNot()
    {
        byte[] weights = Contents(Fixture.Bytes("keras3_named.keras"), KerasArchive.WeightsName);
        using (ITensorFile packed = Fixture.Open(PickleBytes.Archive(CompressionLevel.Optimal, (KerasArchive.WeightsName, [.. weights, .. Noise(60_000)]))))
        {
            Assert.Equal(Weights.Select(weight => weight.Name).Order(StringComparer.Ordinal), packed.Tensors.Keys.Order(StringComparer.Ordinal));
        }

        string bomb = Message(PickleBytes.Archive(CompressionLevel.Optimal, (KerasArchive.WeightsName, [.. weights, .. new byte[4 << 20]])));
        Assert.Contains("model.weights.h5 claims", bomb, StringComparison.Ordinal);
        Assert.Contains("its config.json has", Message(PickleBytes.Archive(CompressionLevel.Optimal, (KerasArchive.WeightsName, Noise(40_000)), ("config.json", new byte[4 << 20]))), StringComparison.Ordinal);
    }

    [Fact]
    public void ArchiveThatIsNotAsKerasWritesItIsRefused()
    {
        byte[] weights = Contents(Fixture.Bytes("keras3_named.keras"), KerasArchive.WeightsName);

        Assert.Contains("has no model.weights.h5", Message(PickleBytes.Archive(("model.weights.npz", weights))), StringComparison.Ordinal);
        Assert.Contains("stands twice", Message(PickleBytes.Archive((KerasArchive.WeightsName, weights), (KerasArchive.WeightsName, weights))), StringComparison.Ordinal);
        Assert.Contains("is not JSON", Message(PickleBytes.Archive((KerasArchive.WeightsName, weights), ("config.json", "{"u8.ToArray()))), StringComparison.Ordinal);
        Assert.Contains("does not begin as an HDF5 file", Message(PickleBytes.Archive((KerasArchive.WeightsName, new byte[200]))), StringComparison.Ordinal);
    }

    [Fact]
    public void FolderMayHoldAKerasFileAlone()
    {
        string folder = Directory.CreateTempSubdirectory("amviz-keras3-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "model.keras"), string.Empty);
            Assert.Equal("model.keras", Path.GetFileName(WeightsSearch.FindIn(folder)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("Conv2D", "conv2d")]
    [InlineData("DepthwiseConv2D", "depthwise_conv2d")]
    [InlineData("BatchNormalization", "batch_normalization")]
    [InlineData("GlobalAveragePooling2D", "global_average_pooling2d")]
    [InlineData("ReLU", "re_lu")]
    public void ClassesAreCalledInSnakeCase(string name, string expected) => Assert.Equal(expected, Keras3Config.SnakeCase(name));

    private static void AssertWeights(string name, string[] names)
    {
        using ITensorFile file = Fixture.Open(name);

        Assert.Equal(names.Order(StringComparer.Ordinal), file.Tensors.Keys.Order(StringComparer.Ordinal));
        for (int i = 0; i < names.Length; i++)
        {
            Assert.Equal(Weights[i].Shape, file.Tensors[names[i]].Shape);
            Fixture.AssertFilled(Fixture.Floats(file, names[i]), i + 1, Enumerable.Range(0, (int)file.Tensors[names[i]].ElementCount));
        }
    }

    private static string Message(byte[] file) => Assert.Throws<WeightsFormatException>(() => Fixture.Open(file)).Message;

    private static byte[] Noise(int length)
    {
        byte[] noise = new byte[length];
        new Random(1).NextBytes(noise);
        return noise;
    }

    internal static byte[] Contents(byte[] file, string name)
    {
        using var zip = new ZipArchive(new MemoryStream(file), ZipArchiveMode.Read);
        using Stream stream = zip.GetEntry(name)!.Open();
        var contents = new MemoryStream();
        stream.CopyTo(contents);
        return contents.ToArray();
    }
}
