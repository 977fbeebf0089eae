namespace AmViz.Weights.Tests;

/// <summary>The small weights files that <c>Fixtures/make_fixtures.py</c> made.</summary>
internal static class Fixture
{
    public static string Path(string name) => System.IO.Path.Combine(AppContext.BaseDirectory, "Fixtures", name);

    public static byte[] Bytes(string name) => File.ReadAllBytes(Path(name));

    public static ITensorFile Open(string name) => TensorFiles.Open(File.OpenRead(Path(name)), name);

    public static ITensorFile Open(byte[] bytes) => TensorFiles.Open(new MemoryStream(bytes, writable: false), "made");

    /// <summary>The formula that the fixtures are filled by.</summary>
    public static float Value(int number, long place) => (float)Math.Sin((0.7 * place) + (1.3 * number));

    /// <summary>The numbers of a tensor, outermost dimension first.</summary>
    public static float[] Floats(ITensorFile file, string name)
    {
        using TorchSharp.torch.Tensor tensor = file.Read(name);
        Assert.Equal(file.Tensors[name].Shape, tensor.shape);
        return [.. tensor.data<float>()];
    }

    /// <summary>Whether the numbers are those of the formula at these places.</summary>
    public static void AssertFilled(IReadOnlyList<float> actual, int number, IEnumerable<int> places, double tolerance = 1e-6)
    {
        int[] all = [.. places];
        Assert.Equal(all.Length, actual.Count);
        for (int i = 0; i < all.Length; i++)
        {
            Assert.Equal(Value(number, all[i]), actual[i], tolerance);
        }
    }
}
