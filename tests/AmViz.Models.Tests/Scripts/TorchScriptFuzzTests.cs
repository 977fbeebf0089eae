using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AmViz.Weights;

namespace AmViz.Models.Tests;

/// <summary>Some thousand damaged programs and descriptions, up to the point where a process of its own would try the program.</summary>
/// <remarks>That process is tested with damaged programs in the end-to-end tests: it takes natives and time.</remarks>
[Collection(TorchTests.Name)]
public sealed partial class TorchScriptFuzzTests
{
    /// <summary>An exception with its stack trace, the directory of the zip file and its buffers cost this at most, however small the file.</summary>
    private const long Constant = 400_000;

    /// <summary>The first description of another architecture also settles what is known of all of them.</summary>
    private const long ConstantOfDescriptions = 1_000_000;

    private const int LocalHeader = 30;

    private static readonly string[] Programs = ["script_modules.pt", "script_tuple.pt", "script_upto.pt", "script_tokens.pt", "script_grey.pt", "script_aborts.pt"];

    public static TheoryData<DamagedFiles> DamagedPrograms => new()
    {
        new DamagedFiles("flip a few bits", Mutation.FlipBits, 500),
        new DamagedFiles("cut the end off", Mutation.CutOff, 200),
        new DamagedFiles("overwrite a block", Mutation.OverwriteBlock, 300),
        new DamagedFiles("repeat or drop a piece", Mutation.RepeatOrDrop, 300),
        new DamagedFiles("flip bits of the directory", (file, random) => WithDirectory(file, directory => Mutation.FlipBits(directory, random)), 500),
        new DamagedFiles("overwrite a block of the directory", (file, random) => WithDirectory(file, directory => Mutation.OverwriteBlock(directory, random)), 300),
        new DamagedFiles("put one name for another", RenameRecord, 200),
    };

    public static TheoryData<DamagedFiles> DamagedDescriptions => new()
    {
        new DamagedFiles("flip a few bits", Mutation.FlipBits, 600),
        new DamagedFiles("cut the end off", Mutation.CutOff, 100),
        new DamagedFiles("repeat or drop a piece", Mutation.RepeatOrDrop, 400),
        new DamagedFiles("put one number for another", ReplaceNumber, 600),
        new DamagedFiles("put one value for another", ReplaceValue, 600),
    };

    [Theory]
    [MemberData(nameof(DamagedPrograms))]
    public void DamagedProgramsAreRefusedOrLeftToTheOtherProcess(DamagedFiles damaged)
        => damaged.AreReadOrRefusedBy([.. Programs.Select(Fixture.Bytes)], file => Open(file, Description(digest: null)), length => (8 * length) + Constant);

    [Theory]
    [MemberData(nameof(DamagedPrograms))]
    public void WithAChecksumNoDamageIsAccepted(DamagedFiles damaged)
    {
        byte[] sound = Fixture.Bytes(Programs[0]);
        byte[] description = Description(Convert.ToHexStringLower(SHA256.HashData(sound)));
        Assert.DoesNotContain(Open(sound, description).Warnings, warning => warning.Contains("sha256", StringComparison.Ordinal));
        for (int seed = 0; seed < damaged.Count; seed++)
        {
            byte[] file = damaged.Mutate([.. sound], new Random(seed));
            if (!file.AsSpan().SequenceEqual(sound))
            {
                Assert.Throws<WeightsFormatException>(() => Open(file, description));
            }
        }
    }

    [Theory]
    [MemberData(nameof(DamagedDescriptions))]
    public void DamagedDescriptionsAreRefusedOrSayWhatCanBe(DamagedFiles damaged)
    {
        byte[] program = Fixture.Bytes(Programs[0]);
        damaged.AreReadOrRefusedBy([Description(digest: null)], description =>
        {
            WeightsFolder folder = Open(program, description);
            Assert.NotEmpty(folder.Description.LayerShapes);
            Assert.All(folder.Description.Layers(folder.Description.InputSize), layer => Assert.True(layer.ChannelCount > 0 && layer.Height > 0 && layer.Width > 0, layer.ToString()));
        }, length => (8 * length) + ConstantOfDescriptions);
    }

    [Fact]
    public void NothingIsSizedByANumberOfClassesThatTheLabelsContradict()
    {
        byte[] description = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Description(digest: null)).Replace("\"classes\":4", "\"classes\":1000000", StringComparison.Ordinal));
        byte[] program = Fixture.Bytes(Programs[0]);
        // The first time ever, JSON is learnt.
        Assert.Throws<WeightsFormatException>(() => Open(program, description));
        long before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<WeightsFormatException>(() => Open(program, description));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, ConstantOfDescriptions);
        Assert.Contains("'labels' does not hold 1000000 labels", error.Message, StringComparison.Ordinal);
    }

    private static WeightsFolder Open(byte[] program, byte[] description)
        => WeightsFolder.Open("net", folder: null, "net.pt", file => new MemoryStream(file == WeightsFolder.ConfigFileName ? description : program, writable: false));

    private static byte[] Description(string? digest)
    {
        var description = new JsonObject
        {
            ["architecture"] = "torchscript",
            ["classes"] = 4,
            ["inputSize"] = 32,
            ["preprocessing"] = "x / 127.5 - 1",
            ["taps"] = "modules",
            ["sizeStep"] = 8,
            ["parameters"] = 1234,
            ["labels"] = new JsonArray("stripes", "dots", "rings", "noise"),
            ["layers"] = new JsonArray(ScriptFolder.Stem, ScriptFolder.Block, ScriptFolder.Head),
        };
        if (digest is not null)
        {
            description["sha256"] = digest;
        }

        return JsonSerializer.SerializeToUtf8Bytes(description);
    }

    // The directory of a zip file stands behind its records.
    private static byte[] WithDirectory(byte[] file, Func<byte[], byte[]> mutate)
    {
        int begin = file.AsSpan().IndexOf("PK\x01\x02"u8);
        return [.. file[..begin], .. mutate(file[begin..])];
    }

    // What kind of file it is hangs on the names of its records.
    private static byte[] RenameRecord(byte[] file, Random random)
    {
        byte[][] names = [.. new[] { "constants.pkl", "data.pkl", "version", "code/", "data/0", "/", "..", "\0" }.Select(Encoding.UTF8.GetBytes)];
        int[] records = [.. Places(file, "PK\x03\x04"u8).Concat(Places(file, "PK\x01\x02"u8))];
        byte[] name = names[random.Next(names.Length)];
        int at = Math.Min(records[random.Next(records.Length)] + LocalHeader + random.Next(32), file.Length - name.Length);
        name.CopyTo(file, at);
        return file;
    }

    private static List<int> Places(ReadOnlySpan<byte> file, ReadOnlySpan<byte> mark)
    {
        var places = new List<int>();
        for (int at = 0; at <= file.Length - mark.Length; at++)
        {
            if (file[at..].StartsWith(mark))
            {
                places.Add(at);
            }
        }

        return places;
    }

    private static byte[] ReplaceNumber(byte[] description, Random random)
        => Replace(description, Number(), random, ["0", "-1", "1", "2147483647", "2147483648", "1e99", "0.5", "99999999999999999999"]);

    private static byte[] ReplaceValue(byte[] description, Random random)
        => Replace(description, Value(), random, ["null", "true", "[]", "{}", "\"\"", "\"tuple\"", "\"logits\"", "\"stem\"", "[[[[]]]]", "7"]);

    private static byte[] Replace(byte[] description, Regex what, Random random, string[] others)
    {
        string text = Encoding.UTF8.GetString(description);
        MatchCollection all = what.Matches(text);
        Match found = all[random.Next(all.Count)];
        return Encoding.UTF8.GetBytes(string.Concat(text.AsSpan(0, found.Index), others[random.Next(others.Length)], text.AsSpan(found.Index + found.Length)));
    }

    [GeneratedRegex("(?<=:)[0-9]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();

    [GeneratedRegex("(?<=:)(?:[0-9]+|\"[^\"]*\"|\\[[^\\]]*\\])", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Value();
}
