using System.Buffers.Binary;

namespace AmViz.Weights.Tests;

/// <summary>Some thousand damaged files, each from a seed that the failure names.</summary>
[Collection(TorchTests.Name)]
public sealed class SafetensorsFuzzTests
{
    /// <summary>An exception with its stack trace and message costs this at most, however small the file.</summary>
    private const long Constant = 200_000;

    private static readonly byte[] Sound = SoundFile();

    public static TheoryData<DamagedFiles> Mutations => new()
    {
        new DamagedFiles("flip a few bits", Mutation.FlipBits, 1500),
        new DamagedFiles("cut the end off", Mutation.CutOff, 300),
        new DamagedFiles("edit the header length", EditHeaderLength, 300),
        new DamagedFiles("replace a number of the header", HeaderMutation.ReplaceNumber, 1500),
        new DamagedFiles("damage a character of the header", DamageCharacter, 1000),
        new DamagedFiles("repeat or drop a piece of the header", HeaderMutation.RepeatOrDrop, 1000),
        new DamagedFiles("nest deeply", (file, random) => HostileFile.With(HostileFile.HeaderOf(file).Replace("[2,3]", new string('[', random.Next(1, 5000)) + "2", StringComparison.Ordinal), 60), 50),
        new DamagedFiles("overwrite a block", Mutation.OverwriteBlock, 500),
    };

    [Theory]
    [MemberData(nameof(Mutations))]
    public void DamagedFilesEndInFormatErrorsAndCostNoMoreThanTheyHold(DamagedFiles damaged) =>
        damaged.AreReadOrRefusedBy([Sound], HostileFile.ReadAll, length => length + Constant);

    [Fact]
    public void EveryTruncationIsRefused()
    {
        for (int length = 0; length < Sound.Length; length++)
        {
            Assert.Throws<WeightsFormatException>(() => HostileFile.ReadAll(Sound[..length]));
        }
    }

    private static byte[] SoundFile() => HostileFile.With(
        """{"__metadata__":{"source":"a test"},"w":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"h":{"dtype":"F16","shape":[4],"data_offsets":[24,32]},"b":{"dtype":"BF16","shape":[2,2,1],"data_offsets":[32,40]},"n":{"dtype":"I64","shape":[],"data_offsets":[40,48]},"e":{"dtype":"F32","shape":[0,7],"data_offsets":[48,48]},"z":{"dtype":"F32","shape":[3],"data_offsets":[48,60]}}""", 60);

    private static byte[] EditHeaderLength(byte[] file, Random random)
    {
        ulong length = random.Next(4) switch
        {
            0 => (ulong)random.Next(file.Length + 50),
            1 => (ulong)random.NextInt64(),
            2 => ulong.MaxValue - (ulong)random.Next(100),
            _ => 100_000_000UL + (ulong)random.Next(-2, 3),
        };
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        return file;
    }

    private static byte[] DamageCharacter(byte[] file, Random random)
    {
        const string likely = "{}[]\",:\\0-9.eE \u0000\u001fé";
        string header = HostileFile.HeaderOf(file);
        int place = random.Next(header.Length);
        string put = random.Next(3) == 0 ? string.Empty : likely[random.Next(likely.Length)].ToString();
        return HeaderMutation.Rebuilt(file, header[..place] + put + header[(place + 1)..]);
    }
}
