using System.Runtime.InteropServices;
using AmViz.Models;
using AmViz.Sweeps;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Maximization.Tests.Images;

[Collection(TorchTests.Name)]
public sealed class ImageGeneratorsTests
{
    private const int Images = 1024;

    // A generator keeps the 624 words of its Mersenne Twister outside of what .NET sees.
    private const int BytesOfGenerator = 624 * sizeof(uint);

    [Fact]
    public void AFinishedBatchLeavesNoGeneratorInMemory()
    {
        var recipe = Recipes.Paper with { Size = 4, Steps = 1, Transforms = TransformSettings.None };
        Draw(recipe);                                            // what torch keeps for good
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = NativeBytes();

        Draw(recipe);

        Assert.InRange(NativeBytes() - before, long.MinValue, Images * BytesOfGenerator / 4);
    }

    private static void Draw(RenderRecipe recipe)
    {
        using var network = new HandSetNetwork();
        var tasks = Enumerable.Range(0, Images).Select(seed => HandSetNetwork.Task(HandSetNetwork.Colours, 0, seed)).ToArray();
        Assert.Equal(Images, new ActivationMaximizer(network).Maximize(recipe, tasks, progress: null, TestContext.Current.CancellationToken).Count);
    }

    /// <summary>Bytes that malloc has given out, in all of its arenas.</summary>
    private static long NativeBytes() => (long)mallinfo2().InUse;

    [DllImport("libc", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern MallocInfo mallinfo2();

    /// <summary><c>struct mallinfo2</c> of malloc.h; <see cref="InUse"/> is its <c>uordblks</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct MallocInfo
    {
        public readonly nuint Arena, FreeChunks, FastChunks, MappedRegions, Mapped, Unused, FastBytes, InUse, Free, Trimmable;
    }
}
