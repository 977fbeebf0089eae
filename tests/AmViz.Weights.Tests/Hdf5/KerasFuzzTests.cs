namespace AmViz.Weights.Tests;

/// <summary>Some thousand damaged Keras files, each from a seed that the failure names.</summary>
[Collection(TorchTests.Name)]
public sealed class KerasFuzzTests
{
    /// <summary>An exception with its stack trace, and what an unpacker keeps, cost this at most, however small the file.</summary>
    private const long Constant = 400_000;

    private static readonly string[] Files = ["keras.h5", "keras_gzip.h5", "keras_latest.h5", "keras_model.h5", "keras_chunks.h5"];

    public static TheoryData<DamagedFiles> Mutations => new()
    {
        new DamagedFiles("flip a few bits", Mutation.FlipBits, 2500),
        new DamagedFiles("cut the end off", Mutation.CutOff, 300),
        new DamagedFiles("overwrite a block", Mutation.OverwriteBlock, 1000),
        new DamagedFiles("repeat or drop a piece", Mutation.RepeatOrDrop, 500),
        new DamagedFiles("put a number for another", ReplaceNumber, 2500),
        new DamagedFiles("point at another structure", Redirect, 1500),
    };

    [Theory]
    [MemberData(nameof(Mutations))]
    public void DamagedFilesEndInFormatErrorsAndCostNoMoreThanAFewTimesWhatTheyHold(DamagedFiles damaged) =>
        damaged.AreReadOrRefusedBy([.. Files.Select(Fixture.Bytes)], Mutation.ReadAll, length => (40 * length) + Constant);

    // Half of what a header holds are sizes and addresses of eight bytes at multiples of eight.
    internal static byte[] ReplaceNumber(byte[] file, Random random)
    {
        ulong[] others = [0, 1, 2, 0x7F, 0xFF, 0xFFFF, int.MaxValue, uint.MaxValue, long.MaxValue, ulong.MaxValue, (ulong)file.Length, (ulong)file.Length - 1, (ulong)random.Next(file.Length)];
        ulong other = others[random.Next(others.Length)];
        int bytes = 1 << random.Next(4);
        int place = random.Next(Math.Min(file.Length - 8, 6000)) / bytes * bytes;
        BitConverter.GetBytes(other).AsSpan(0, bytes).CopyTo(file.AsSpan(place));
        return file;
    }

    internal static byte[] Redirect(byte[] file, Random random)
    {
        string[] signatures = ["TREE", "SNOD", "HEAP", "GCOL", "OHDR", "OCHK"];
        int[] places = [.. signatures.SelectMany(signature => Places(file, signature)), 96];
        int at = random.Next(file.Length / 8) * 8;
        for (; at < file.Length - 8; at += 8)
        {
            ulong value = BitConverter.ToUInt64(file, at);
            if (value > 0 && value < (ulong)file.Length)
            {
                BitConverter.GetBytes((ulong)places[random.Next(places.Length)]).CopyTo(file, at);
                break;
            }
        }

        return file;
    }

    private static IEnumerable<int> Places(byte[] file, string signature)
    {
        byte[] letters = [.. signature.Select(c => (byte)c)];
        for (int at = 0; at <= file.Length - letters.Length; at++)
        {
            if (file.AsSpan(at, letters.Length).SequenceEqual(letters))
            {
                yield return at;
            }
        }
    }
}
