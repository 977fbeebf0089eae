using AmViz.Sweeps;
using TorchSharp;

namespace AmViz.Maximization.Tests;

[Collection(TorchTests.Name)]
public sealed class DevicesTests
{
    private static readonly Func<int, string?> TwoModels = index => index == 0 ? "NVIDIA A100 (compute capability 8.0)" : "NVIDIA H100 (compute capability 9.0)";

    [Fact]
    public void TheProcessorOfAGpuIsItsModelWhateverItsNumber()
    {
        Assert.Equal(Gpu(0, TwoModels), Gpu(3, _ => TwoModels(0)));
        Assert.NotEqual(Gpu(0, TwoModels), Gpu(1, TwoModels));
    }

    [Fact]
    public void AGpuOfUnknownModelIsLikeNoOtherMachines()
    {
        var unknown = Gpu(0, _ => null);
        Assert.Contains(Environment.MachineName, unknown, StringComparison.Ordinal);
        Assert.NotEqual(unknown, Gpu(1, _ => null));
    }

    [Fact]
    public void ACheckpointOfAnotherModelOfGpuIsNotGoneOnWith()
    {
        var environment = new RenderEnvironment("cuda libtorch 2.10.0", Gpu(0, TwoModels), Threads: 1, BatchSize: 32);
        var checkpoint = new AscentCheckpoint
        {
            Task = HandSetNetwork.Task(HandSetNetwork.Colours, 0),
            RecipeHash = Recipes.Paper.Hash,
            Environment = environment,
            Software = SoftwareVersion.Current,
            Step = 5,
            State = new byte[1],
        };

        Assert.True(BatchCheckpointer.CanResume(checkpoint, environment with { Processor = Gpu(1, _ => TwoModels(0)) }));
        Assert.False(BatchCheckpointer.CanResume(checkpoint, environment with { Processor = Gpu(1, TwoModels) }));
    }

    [Fact]
    public void WhereThereIsNoDriverNoModelIsKnown()
    {
        Assert.SkipWhen(torch.cuda.is_available(), "there is a GPU");
        Assert.Null(CudaDriver.NameOf(0));
    }

    private static string Gpu(int index, Func<int, string?> names) => Devices.ProcessorOf(DeviceType.CUDA, index, names);
}
