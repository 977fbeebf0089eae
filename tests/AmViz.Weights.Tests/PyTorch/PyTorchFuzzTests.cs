using System.IO.Compression;

namespace AmViz.Weights.Tests;

/// <summary>Some thousand damaged state dicts, each from a seed that the failure names.</summary>
[Collection(TorchTests.Name)]
public sealed class PyTorchFuzzTests
{
    /// <summary>An exception with its stack trace, the directory of the zip file and its buffers cost this at most, however small the file.</summary>
    private const long Constant = 400_000;

    private static readonly string[] Files = ["state_dict.pth", "checkpoint.pth", "views.pt", "views_protocol4.pt", "objects.pth"];

    private static readonly string[] LegacyFiles = ["legacy.pth", "legacy_views.pth", "legacy_protocol4.pth", "legacy_objects.pth"];

    public static TheoryData<DamagedFiles> Mutations => new()
    {
        new DamagedFiles("flip a few bits of the file", Mutation.FlipBits, 1500),
        new DamagedFiles("cut the end off", Mutation.CutOff, 300),
        new DamagedFiles("overwrite a block of the file", Mutation.OverwriteBlock, 500),
        new DamagedFiles("flip bits of the pickle", (file, random) => WithPickle(file, pickle => Mutation.FlipBits(pickle, random)), 1500),
        new DamagedFiles("overwrite a block of the pickle", (file, random) => WithPickle(file, pickle => Mutation.OverwriteBlock(pickle, random)), 1000),
        new DamagedFiles("repeat or drop a piece of the pickle", (file, random) => WithPickle(file, pickle => Mutation.RepeatOrDrop(pickle, random)), 1000),
        new DamagedFiles("put instructions for others", (file, random) => WithPickle(file, pickle => ReplaceInstructions(pickle, random)), 1500),
    };

    [Theory]
    [MemberData(nameof(Mutations))]
    public void DamagedFilesEndInFormatErrorsAndCostNoMoreThanAFewTimesWhatTheyHold(DamagedFiles damaged) =>
        damaged.AreReadOrRefusedBy([.. Files.Select(Fixture.Bytes)], Mutation.ReadAll, length => (8 * length) + Constant);

    public static TheoryData<DamagedFiles> LegacyMutations => new()
    {
        new DamagedFiles("flip a few bits of the older format", Mutation.FlipBits, 600),
        new DamagedFiles("cut the end off the older format", Mutation.CutOff, 200),
        new DamagedFiles("overwrite a block of the older format", Mutation.OverwriteBlock, 300),
        new DamagedFiles("repeat or drop a piece of the older format", Mutation.RepeatOrDrop, 300),
        new DamagedFiles("put instructions for others in the older format", ReplaceInstructions, 600),
    };

    [Theory]
    [MemberData(nameof(LegacyMutations))]
    public void DamagedFilesOfTheOlderFormatDoTheSame(DamagedFiles damaged) =>
        damaged.AreReadOrRefusedBy([.. LegacyFiles.Select(Fixture.Bytes)], Mutation.ReadAll, length => (8 * length) + Constant);

    private static byte[] ReplaceInstructions(byte[] pickle, Random random)
    {
        PickleOpcode[] all = Enum.GetValues<PickleOpcode>();
        for (int count = random.Next(1, 4); count > 0; count--)
        {
            pickle[random.Next(pickle.Length)] = (byte)all[random.Next(all.Length)];
        }

        return pickle;
    }

    // Packed anew, so that the damage reaches the pickle machine instead of ending at a checksum.
    private static byte[] WithPickle(byte[] file, Func<byte[], byte[]> mutate)
    {
        using var zip = new ZipArchive(new MemoryStream(file), ZipArchiveMode.Read);
        return PickleBytes.Archive([.. zip.Entries.Select(entry => (entry.FullName, entry.Name == TorchArchive.PickleName ? mutate(Contents(entry)) : Contents(entry)))]);
    }

    private static byte[] Contents(ZipArchiveEntry entry)
    {
        byte[] contents = new byte[entry.Length];
        using Stream stream = entry.Open();
        stream.ReadExactly(contents);
        return contents;
    }
}
