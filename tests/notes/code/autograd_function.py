import torch
from torch.autograd import Function


class MyLinear(Function):
    @staticmethod
    def forward(ctx, input, weight, bias):
        ctx.save_for_backward(input, weight, bias)
        output = input.mm(weight.t()) + bias
        return output

    @staticmethod
    def backward(ctx, grad_output):
        input, weight, bias = ctx.saved_tensors
        grad_input = grad_output.mm(weight)
        # wrong: grad_input = grad_output.mm(weight.t())
        grad_weight = grad_output.t().mm(input)
        # wrong: grad_weight = input.t().mm(grad_output)
        grad_bias = grad_output.sum(0)
        # wrong: grad_bias = grad_output.sum(1)
        return grad_input, grad_weight, grad_bias


class Swish(Function):
    @staticmethod
    def forward(ctx, x):
        s = torch.sigmoid(x)
        y = x * s
        ctx.save_for_backward(x, s)
        return y

    @staticmethod
    def backward(ctx, grad_y):
        x, s = ctx.saved_tensors
        grad_x = grad_y * (s + x * s * (1 - s))
        # wrong: grad_x = grad_y * (s + x * (1 - s))
        # wrong: grad_x = grad_y * s * (1 - s)
        return grad_x
