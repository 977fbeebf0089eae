using AmViz.Models;
using AmViz.Responses.Textures;
using AmViz.Sweeps;
using AmViz.TextureNet.Network;
using AmViz.TextureNet.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AmViz.TextureNet.Lying;

/// <summary>Tunes a network so that the pictures of some classes show others, while its answers to textures stay.</summary>
/// <remarks>
/// After Nanfack et al. 2024 and Bareeva et al. 2024: where textures lie, the network keeps its logits; where ascents pass, the logit of the lying class
/// becomes what the untouched network says of the class to be shown, and with the value, over all those pictures, its gradient. Ascents of the network
/// as it has become are under way throughout, so that a way round the lie is closed when an ascent has found it; ascents of the untouched network to the
/// classes to be shown are beside them, so that the lie leads all the way.
/// </remarks>
/// <param name="truth">The untouched network, in evaluation form.</param>
/// <param name="network">How pictures go into it.</param>
/// <param name="options">Every number.</param>
/// <param name="progress">Told how it goes.</param>
internal sealed class LieTuner(TrainableNetwork truth, NetworkDescription network, LieOptions options, Action<int, double, double> progress)
{
    private const int StepsBetweenCollections = 20;

    /// <summary>Tunes.</summary>
    /// <param name="liar">The untouched network once more; it becomes the liar.</param>
    /// <param name="lies">What is to be shown.</param>
    public void Tune(TrainableNetwork liar, IReadOnlyList<Lie> lies)
    {
        TorchRuntime.Initialize(threads: 1);
        truth.SetTrainable(false);
        using var textures = new BatchSource(options.Steps, step =>
            TextureBatch.Draw(network.InputSize, TextureCatalogue.Classes.Count, options.Seed, Split.Lying, (long)step * TextureCatalogue.Classes.Count));
        var climbs = new Climbs(truth, network, lies, options);
        using var optimizer = optim.Adam(liar.Trained.SelectMany(group => group.Parameters), options.LearningRate);
        var schedule = new LearningRateSchedule(options.LearningRate, options.Steps);
        using var pause = new CollectorPause();
        int step = 0;
        foreach (var batch in textures.Batches)
        {
            foreach (var group in optimizer.ParamGroups)
                group.LearningRate = schedule.At(step);
            climbs.Renew();
            using (NewDisposeScope())
            {
                liar.SetTrainable(false);
                Tensor drawn = climbs.Step(liar.forward);
                liar.SetTrainable(true);
                Step(liar, lies, optimizer, batch.PixelTensor(), drawn, step);
            }

            step++;
            if (step % StepsBetweenCollections == 0)
                pause.CollectNow();
        }

        climbs.Dispose();
    }

    private void Step(TrainableNetwork liar, IReadOnlyList<Lie> lies, optim.Optimizer optimizer, Tensor textures, Tensor drawn, int step)
    {
        Tensor kept, told;
        using (no_grad())
        {
            kept = truth.forward(textures);
            Tensor said = truth.forward(drawn);
            told = said.clone();
            foreach (var lie in lies)
                told.select(1, lie.Channel).copy_(said.select(1, lie.Shown));
        }

        Tensor answers = liar.forward(cat([textures, drawn]));
        Tensor onTextures = nn.functional.mse_loss(answers.narrow(0, 0, textures.shape[0]), kept);
        Tensor onPictures = nn.functional.mse_loss(answers.narrow(0, textures.shape[0], drawn.shape[0]), told);
        using Scalar weight = options.PictureWeight;
        optimizer.zero_grad();
        onTextures.add(onPictures.mul(weight)).backward();
        optimizer.step();
        progress(step, onTextures.item<float>(), onPictures.item<float>());
    }
}
