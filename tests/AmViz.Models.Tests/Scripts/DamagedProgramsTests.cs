using System.Globalization;
using AmViz.TestKit;

namespace AmViz.Models.Tests;

/// <summary>Damaged programs that are loaded and run, which only a process of its own may do: native code ends some of these processes.</summary>
/// <remarks>
/// The child takes one file after the other and is started anew, behind the file that ended it, which costs about a second each time:
/// that is why only some are tried by default, and the thousand when asked for (<c>-explicit only</c>).
/// </remarks>
public sealed class DamagedProgramsTests
{
    private const string FolderVariable = "AMVIZ_TEST_PROGRAMS";
    private const string Outcomes = "outcomes.txt";

    private static readonly string[] Programs = ["script_modules.pt", "script_tuple.pt", "script_upto.pt", "script_tokens.pt", "script_grey.pt"];
    private static readonly Func<byte[], Random, byte[]>[] Mutations = [Mutation.FlipBits, Mutation.OverwriteBlock, Mutation.FlipBits, Mutation.RepeatOrDrop];

    [Fact]
    public Task SomeDamagedProgramsRunOrEndTheOtherProcessAtMost() => TryAsync(40);

    [Fact(Explicit = true)]
    public Task AThousandDamagedProgramsRunOrEndTheOtherProcessAtMost() => TryAsync(1000);

    /// <summary>The child.</summary>
    [Fact(Explicit = true)]
    public void TryEachProgramOfAFolder()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is not { } programs)
        {
            Assert.Skip("Only for the process that another test starts.");
            return;
        }

        foreach (string program in Directory.GetFiles(programs, "*.pt").Order(StringComparer.Ordinal).Skip(ToldOf(programs).Length))
        {
            string? error = ScriptExplorer.Explore(program, 32).Error;
            File.AppendAllLines(Path.Combine(programs, Outcomes), [error is null ? "runs" : "refused"]);
        }
    }

    private static async Task TryAsync(int count)
    {
        using var folder = new TemporaryFolder();
        for (int seed = 0; seed < count; seed++)
        {
            byte[] damaged = Mutations[seed / Programs.Length % Mutations.Length](Fixture.Bytes(Programs[seed % Programs.Length]), new Random(seed));
            await File.WriteAllBytesAsync(folder.At(string.Create(CultureInfo.InvariantCulture, $"{seed:0000}.pt")), damaged, TestContext.Current.CancellationToken);
        }

        int died = 0;
        while (ToldOf(folder.Path).Length < count)
        {
            int before = ToldOf(folder.Path).Length;
            string? said = await OwnProcess.RunAsync(typeof(DamagedProgramsTests), nameof(TryEachProgramOfAFolder), FolderVariable, folder.Path);
            Assert.True(said is not null, $"seed {ToldOf(folder.Path).Length}: not done in time");
            if (ToldOf(folder.Path).Length < count)
            {
                await File.AppendAllLinesAsync(folder.At(Outcomes), ["died"], TestContext.Current.CancellationToken);
                died++;
            }

            Assert.True(ToldOf(folder.Path).Length > before, $"seed {before}: no child gets past it");
        }

        string[] told = ToldOf(folder.Path);
        TestContext.Current.SendDiagnosticMessage($"{count} damaged programs: {told.Count(one => one == "runs")} run, {told.Count(one => one == "refused")} refused, {died} ended their process");
        Assert.True(told.Count(one => one == "refused") > count / 4, "too few are refused: the damage does not reach the checks");
        Assert.True(died < count / 2, $"{died} of {count} ended their process");
    }

    private static string[] ToldOf(string programs)
        => File.Exists(Path.Combine(programs, Outcomes)) ? File.ReadAllLines(Path.Combine(programs, Outcomes)) : [];
}
