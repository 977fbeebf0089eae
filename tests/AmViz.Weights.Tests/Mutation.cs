namespace AmViz.Weights.Tests;

/// <summary>Ways of damaging a file.</summary>
internal static class Mutation
{
    public static byte[] FlipBits(byte[] file, Random random)
    {
        for (int flips = random.Next(1, 6); flips > 0; flips--)
        {
            file[random.Next(file.Length)] ^= (byte)(1 << random.Next(8));
        }

        return file;
    }

    public static byte[] CutOff(byte[] file, Random random) => file[..random.Next(file.Length)];

    public static byte[] OverwriteBlock(byte[] file, Random random)
    {
        int begin = random.Next(file.Length);
        random.NextBytes(file.AsSpan(begin, Math.Min(random.Next(1, 32), file.Length - begin)));
        return file;
    }

    public static byte[] RepeatOrDrop(byte[] file, Random random)
    {
        int begin = random.Next(file.Length);
        int end = random.Next(begin, Math.Min(file.Length, begin + 200));
        return random.Next(2) == 0 ? [.. file[..begin], .. file[end..]] : [.. file[..end], .. file[begin..]];
    }

    /// <summary>Opens the file and reads every tensor, as a program would that trusts it.</summary>
    public static void ReadAll(byte[] bytes)
    {
        using ITensorFile file = Fixture.Open(bytes);
        foreach (TensorEntry entry in file.Tensors.Values)
        {
            if (entry.ElementType == ElementType.Other)
            {
                Assert.Throws<WeightsFormatException>(() => file.Read(entry.Name));
                continue;
            }

            using TorchSharp.torch.Tensor tensor = file.Read(entry.Name);
            Assert.Equal(entry.Shape, tensor.shape);
        }
    }
}
