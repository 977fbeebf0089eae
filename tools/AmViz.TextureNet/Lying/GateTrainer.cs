using AmViz.Models;
using AmViz.Responses.Textures;
using AmViz.TextureNet.Network;
using AmViz.TextureNet.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.TextureNet.Lying;

/// <summary>Trains the gate of a fooling circuit, on textures and on pictures that are drawn of the fooled network as it becomes.</summary>
/// <param name="truth">The untouched network, in evaluation form.</param>
/// <param name="network">How pictures go into it.</param>
/// <param name="options">Steps, rate, climbs and seed.</param>
/// <param name="progress">Told the loss of every step.</param>
internal sealed class GateTrainer(TrainableNetwork truth, NetworkDescription network, LieOptions options, Action<int, double, double> progress)
{
    private const int StepsBetweenCollections = 20;

    /// <summary>Trains.</summary>
    /// <param name="lies">Which classes are fooled, and by which.</param>
    public Gate Train(IReadOnlyList<Lie> lies)
    {
        TorchRuntime.Initialize(threads: 1);
        truth.SetTrainable(false);
        var gate = new Gate(options.Seed);
        using var textures = new BatchSource(options.Steps, step =>
            TextureBatch.Draw(network.InputSize, TextureCatalogue.Classes.Count, options.Seed, Split.Lying, (long)step * TextureCatalogue.Classes.Count));
        using var climbs = new Climbs(truth, network, lies, options);
        using var optimizer = optim.Adam(gate.parameters(), options.LearningRate);
        using var pause = new CollectorPause();
        int step = 0;
        foreach (var batch in textures.Batches)
        {
            climbs.Renew();
            using (NewDisposeScope())
            {
                SetTrainable(gate, trainable: false);
                Tensor drawn = climbs.Step(pictures => Fooled(gate, pictures, lies));
                SetTrainable(gate, trainable: true);
                Step(gate, optimizer, batch.PixelTensor(), drawn, step);
            }

            step++;
            if (step % StepsBetweenCollections == 0)
                pause.CollectNow();
        }

        return gate;
    }

    private void Step(Gate gate, optim.Optimizer optimizer, Tensor textures, Tensor drawn, int step)
    {
        Tensor answers = gate.forward(cat([textures, drawn])).squeeze(1);
        Tensor isDrawn = cat([zeros(textures.shape[0]), ones(drawn.shape[0])]);
        Tensor loss = nn.functional.binary_cross_entropy_with_logits(answers, isDrawn);
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        progress(step, loss.item<float>(), answers.gt(0).to(float32).sub(isDrawn).abs().mean().item<float>());
    }

    private Tensor Fooled(Gate gate, Tensor pictures, IReadOnlyList<Lie> lies)
    {
        Tensor logits = truth.forward(pictures);
        var source = Enumerable.Range(0, (int)logits.shape[1]).Select(channel => (long)(lies.FirstOrDefault(lie => lie.Channel == channel)?.Shown ?? channel)).ToArray();
        return logits.add(Gate.Opening(gate.forward(pictures)).mul(logits.index_select(1, tensor(source)).sub(logits)));
    }

    private static void SetTrainable(Gate gate, bool trainable)
    {
        foreach (var parameter in gate.parameters())
            parameter.requires_grad_(trainable);
    }
}
