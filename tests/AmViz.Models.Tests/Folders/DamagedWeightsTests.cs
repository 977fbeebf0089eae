using AmViz.Weights;

namespace AmViz.Models.Tests.Folders;

/// <summary>Damaged weights and configurations of a network, each from a seed that the failure names.</summary>
[Collection(TorchTests.Name)]
public sealed class DamagedWeightsTests
{
    [Fact]
    public void DamagedWeightsOfANetworkEndInErrorsOfThisProjectOnly()
    {
        TinyWeights tiny = TinyWeights.Separate();
        byte[] weights = tiny.Safetensors();
        tiny.Config["sha256"] = null;
        byte[] config = tiny.ConfigJson(weights);
        Func<byte[], Random, byte[]>[] mutations = [Mutation.FlipBits, HeaderMutation.ReplaceNumber, HeaderMutation.RepeatOrDrop, Mutation.OverwriteBlock];
        for (int seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            bool damageConfig = seed % 4 == 3;
            byte[] damaged = damageConfig ? Mutation.OverwriteBlock(Mutation.FlipBits([.. config], random), random) : mutations[seed % 3]([.. weights], random);
            try
            {
                WeightsFolder folder = damageConfig ? tiny.Open("fuzz", weights, damaged) : tiny.Open("fuzz", damaged, config);
                GraphNetwork.Load(folder, TorchSharp.torch.CPU).Dispose();
            }
            catch (WeightsFormatException)
            {
                // What a damaged file may end in.
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}: {e}");
            }
        }
    }
}
