using AmViz.Weights;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AmViz.Models;

/// <summary>A ReLU that lets the gradient through where it would stop all of it: "redirected" as lucid calls it (misc/redirected_relu_grad.py).</summary>
/// <remarks>
/// Values are those of the ReLU. So is the gradient, unless an image is marked and nothing of its gradient would pass: then whatever pushes a value
/// that is clipped back into the open range passes. Images do not see each other.
/// </remarks>
internal sealed class RedirectedRelu : autograd.SingleTensorFunction<RedirectedRelu>
{
    private const string Ceiling = "ceiling";

    /// <inheritdoc/>
    public override string Name => nameof(RedirectedRelu);

    /// <summary>The values of the ReLU.</summary>
    /// <param name="x"><c>[N, ...]</c>.</param>
    /// <param name="images"><c>[N]</c>, bool: the images whose gradient may be redirected.</param>
    /// <param name="ceiling">Largest value, 6 for ReLU6; infinity if there is none.</param>
    public static Tensor Of(Tensor x, Tensor images, double ceiling) => apply(x, images, ceiling);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        (var x, var images, var ceiling) = ((Tensor)vars[0], (Tensor)vars[1], (double)vars[2]);
        ctx.save_for_backward([x, images]);
        ctx.save_data(Ceiling, ceiling);
        return double.IsInfinity(ceiling) ? F.relu(x) : F.relu6(x);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        (var x, var images) = (saved[0], saved[1]);
        using Scalar ceiling = (double)ctx.get_data(Ceiling);
        var isBelow = x.le(HeldScalars.Zero);
        var isAbove = x.ge(ceiling);
        var passed = grad_output.masked_fill(isBelow.logical_or(isAbove), HeldScalars.Zero);

        // We ascend: a positive gradient pushes up, a negative one down.
        var pushesOut = isBelow.logical_and(grad_output.lt(HeldScalars.Zero)).logical_or(isAbove.logical_and(grad_output.gt(HeldScalars.Zero)));
        var redirected = grad_output.masked_fill(pushesOut, HeldScalars.Zero);
        long[] perImage = [-1, .. Enumerable.Repeat(1L, (int)x.dim() - 1)];
        var isBlocked = passed.flatten(1).any(1).logical_not().logical_and(images).view(perImage);
        return [where(isBlocked, redirected, passed).MoveToOuterDisposeScope(), null!, null!];
    }
}
