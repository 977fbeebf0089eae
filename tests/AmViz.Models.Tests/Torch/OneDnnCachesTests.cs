using System.Globalization;
using System.Runtime.Intrinsics.X86;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Models.Tests.Torch;

[Collection(TorchTests.Name)]
public sealed class OneDnnCachesTests
{
    private const string AnswerVariable = "AMVIZ_TEST_CACHES";
    private const string LimitVariable = "ONEDNN_MAX_CPU_ISA";
    private const int Levels = 0x6C;

    private static bool AreHiddenByAmd
        => OperatingSystem.IsLinux() && X86Base.IsSupported && X86Base.CpuId(0, 0).Ebx == 0x68747541 // "Auth"enticAMD
            && OneDnnLimit.HidesCaches((leaf, subleaf) => X86Base.CpuId(leaf, subleaf).Eax);

    [Fact]
    public void OnlyThreeCachesOfOneByteAreCorrected()
    {
        var record = Enumerable.Range(0, 0x90 / 4).Select(i => i is >= 7 and < 10 or >= 17 and < 20 ? 1 : i == Levels / 4 ? 3 : i is >= 7 and < 27 ? 0 : 77).ToArray();
        Assert.True(OneDnnCaches.IsMisled(offset => record[offset / 4]));

        // Everything that is looked at, changed one by one: real sizes, another version, another vendor.
        foreach (var i in Enumerable.Range(7, 21).Where(i => i < 27).Append(Levels / 4))
        {
            var other = record.ToArray();
            other[i] += 32_767;
            Assert.False(OneDnnCaches.IsMisled(offset => other[offset / 4]), string.Create(CultureInfo.InvariantCulture, $"word {i}"));
        }
    }

    [Fact]
    public async Task WhereCachesAreHiddenAllKernelsAreUsedAndComputeRight()
    {
        Assert.SkipUnless(AreHiddenByAmd, "this machine tells of its caches");
        Assert.SkipUnless(Environment.GetEnvironmentVariable(LimitVariable) is null, $"{LimitVariable} is set");
        var answer = Path.GetTempFileName();
        try
        {
            var said = await OwnProcess.RunAsync(typeof(OneDnnCachesTests), nameof(ConvolvesBesideMatrixProducts), AnswerVariable, answer);
            Assert.True(await File.ReadAllTextAsync(answer, TestContext.Current.CancellationToken) == "right", said);
        }
        finally
        {
            File.Delete(answer);
        }
    }

    /// <summary>The child: what the caches of a byte end by a division by zero.</summary>
    [Fact(Explicit = true)]
    public void ConvolvesBesideMatrixProducts()
    {
        if (Environment.GetEnvironmentVariable(AnswerVariable) is not { } answer)
        {
            Assert.Skip("Only for the process that another test starts.");
            return;
        }

        TorchRuntime.Initialize(threads: 1);
        Assert.True(OneDnnLimit.GuessesCaches);
        Assert.Null(OneDnnLimit.Isa);
        foreach (var (inputs, outputs, side, kernel) in new[] { (32, 64, 56, 1), (512, 512, 14, 1), (64, 64, 28, 3), (192, 320, 9, 3), (3, 32, 64, 7) })
        {
            using var scope = NewDisposeScope();
            using var gradients = no_grad();
            var (picture, weight) = (randn(1, inputs, side, side), randn(outputs, inputs, kernel, kernel));
            var columns = nn.functional.unfold(picture, kernel, padding: kernel / 2).to(ScalarType.Float64);
            var expected = mm(weight.to(ScalarType.Float64).flatten(1), columns[0]).view(1, outputs, side, side);
            var made = nn.functional.conv2d(picture, weight, padding: [kernel / 2, kernel / 2]);
            Assert.InRange(((expected - made).abs().max() / expected.abs().max()).item<double>(), 0, 1e-5);
        }

        File.WriteAllText(answer, "right");
    }
}
