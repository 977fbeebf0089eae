using AmViz.TextureNet.Network;
using AmViz.Responses.Textures;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AmViz.TextureNet.Training;

/// <summary>Trains the network on endless fresh textures: no picture is ever shown twice.</summary>
internal sealed class Trainer(TrainingOptions options, TrainingProgress progress)
{
    private const int StepsBetweenCollections = 20;

    /// <summary>Trains from the seed on and returns the network, ready for use.</summary>
    public TrainableNetwork Train()
    {
        set_num_threads(options.Threads);
        var classes = TextureCatalogue.Classes;
        var network = options.Shape.Build(options.Seed);
        network.train();

        int batchSize = classes.Count * options.PicturesPerClass;
        using var source = new BatchSource(options.Steps, step =>
            TextureBatch.Draw(options.Sizes[step % options.Sizes.Count], batchSize, options.Seed, Split.Training, (long)step * batchSize));
        using var weathering = new Weathering(options.Seed);
        using var worstCase = new WorstCase(options.Seed);
        using var optimizer = Optimizer(network);
        var schedule = new LearningRateSchedule(options.LearningRate, options.Steps);

        using var pause = new CollectorPause();
        int step = 0;
        foreach (var batch in source.Batches)
        {
            double strength = options.WeatheringAt(step + 1);
            SetRate(optimizer, schedule.At(step));
            progress.Report(step, Step(network, optimizer, batch, (pictures, loss) =>
                worstCase.Of(network, weathering.Apply(pictures, strength), strength * options.WorstCaseRadius, loss)));
            step++;
            if (step % StepsBetweenCollections == 0)
                pause.CollectNow();
        }
        network.eval();
        ClassifierBias.Fit(network, options);
        return network;
    }

    private static StepResult Step(
        TrainableNetwork network, optim.Optimizer optimizer, TextureBatch batch, Func<Tensor, Func<Tensor, Tensor>, Tensor> harden)
    {
        using var scope = NewDisposeScope();
        Tensor truth = batch.ClassTensor();
        Tensor Loss(Tensor logits) => nn.functional.cross_entropy(logits, truth);
        Tensor logits = network.forward(harden(batch.PixelTensor(), Loss)); // [N, classes]
        Tensor loss = Loss(logits);
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        return new StepResult(loss.item<float>(), logits.argmax(1).eq(truth).to(float32).mean().item<float>());
    }

    private AdamW Optimizer(TrainableNetwork network) => new(
        network.Trained.Select(group => new AdamW.ParamGroup(group.Parameters, new AdamW.Options
        {
            LearningRate = options.LearningRate,
            weight_decay = group.Decays ? options.WeightDecay : 0,
        })),
        options.LearningRate);

    private static void SetRate(AdamW optimizer, double rate)
    {
        foreach (var group in optimizer.ParamGroups)
            group.LearningRate = rate;
    }
}
