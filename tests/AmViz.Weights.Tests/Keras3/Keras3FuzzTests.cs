namespace AmViz.Weights.Tests;

/// <summary>Some thousand damaged files of Keras 3, each from a seed that the failure names.</summary>
[Collection(TorchTests.Name)]
public sealed class Keras3FuzzTests
{
    /// <summary>An exception with its stack trace, and what an unpacker keeps, cost this at most, however small the file.</summary>
    private const long Constant = 400_000;

    private static readonly string[] Weights = ["keras3_named.weights.h5", "keras3_unnamed.weights.h5", "keras3_windows.weights.h5", "keras3_bfloat16.weights.h5"];

    private static readonly string[] Archives = ["keras3.keras", "keras3_2.13.keras", "keras3_named.keras", "keras3_nested.keras"];

    public static TheoryData<DamagedFiles> OfWeights => new()
    {
        new DamagedFiles("flip a few bits", Mutation.FlipBits, 1500),
        new DamagedFiles("cut the end off", Mutation.CutOff, 300),
        new DamagedFiles("overwrite a block", Mutation.OverwriteBlock, 700),
        new DamagedFiles("repeat or drop a piece", Mutation.RepeatOrDrop, 500),
        new DamagedFiles("put a number for another", KerasFuzzTests.ReplaceNumber, 1500),
        new DamagedFiles("point at another structure", KerasFuzzTests.Redirect, 1500),
    };

    public static TheoryData<DamagedFiles> OfArchives => new()
    {
        new DamagedFiles("flip a few bits of the file", Mutation.FlipBits, 1000),
        new DamagedFiles("cut the end off", Mutation.CutOff, 300),
        new DamagedFiles("overwrite a block of the file", Mutation.OverwriteBlock, 500),
        new DamagedFiles("repeat or drop a piece of the file", Mutation.RepeatOrDrop, 300),
        new DamagedFiles("flip bits of the directory", (file, random) => [.. file[..^400], .. Mutation.FlipBits(file[^400..], random)], 1000),
        new DamagedFiles("flip bits of the configuration", (file, random) => With(file, "config.json", config => Mutation.FlipBits(config, random)), 700),
        new DamagedFiles("repeat or drop a piece of the configuration", (file, random) => With(file, "config.json", config => Mutation.RepeatOrDrop(config, random)), 500),
        new DamagedFiles("point at another structure of the weights", (file, random) => With(file, KerasArchive.WeightsName, weights => KerasFuzzTests.Redirect(weights, random)), 500),
    };

    [Theory]
    [MemberData(nameof(OfWeights))]
    public void DamagedWeightsEndInFormatErrorsAndCostNoMoreThanAFewTimesWhatTheyHold(DamagedFiles damaged) =>
        damaged.AreReadOrRefusedBy([.. Weights.Select(Fixture.Bytes)], Mutation.ReadAll, length => (40 * length) + Constant);

    [Theory]
    [MemberData(nameof(OfArchives))]
    public void DamagedArchivesEndInFormatErrorsAndCostNoMoreThanAFewTimesWhatTheyHold(DamagedFiles damaged) =>
        damaged.AreReadOrRefusedBy([.. Archives.Select(Fixture.Bytes)], Mutation.ReadAll, length => (40 * length) + Constant);

    // Packed anew, so that the damage reaches what is inside.
    private static byte[] With(byte[] file, string name, Func<byte[], byte[]> mutate)
    {
        string[] entries = ["metadata.json", "config.json", KerasArchive.WeightsName];
        return PickleBytes.Archive([.. entries.Select(entry => (entry, entry == name ? mutate(Keras3FileTests.Contents(file, entry)) : Keras3FileTests.Contents(file, entry)))]);
    }
}
