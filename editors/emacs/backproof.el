;;; backproof.el --- derivations, and verdicts on them through eglot  -*- lexical-binding: t -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "26.3") (eglot "1.9"))

;;; Commentary:

;; (add-to-list 'load-path ".../editors/emacs") and (require 'backproof); then M-x eglot in a derivation, or
;; (add-hook 'deriv-mode-hook #'eglot-ensure).

;;; Code:

(require 'eglot)

(defvar deriv-mode-syntax-table
  (let ((table (make-syntax-table prog-mode-syntax-table)))
    (modify-syntax-entry ?# "<" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?_ "w" table)
    (modify-syntax-entry ?' "." table)
    table)
  "Comments go from # to the end of the line; the sign ' transposes.")

(defvar deriv-font-lock-keywords
  '(("^[ \t]*\\(claim\\|refute\\|shape\\)\\_>" 1 font-lock-function-name-face)
    ("^[ \t]*\\([a-z]+\\)\\_>" 1 font-lock-keyword-face)
    ("\\_<\\([A-Za-z]+\\)'?(" 1 font-lock-builtin-face)
    ("[∂∑∇]" . font-lock-constant-face))
  "Colours of a derivation.")

;;;###autoload
(define-derived-mode deriv-mode prog-mode "Derivation"
  "Derivations that backproof judges line by line."
  (setq-local comment-start "# ")
  (setq-local comment-start-skip "#+[ \t]*")
  (setq-local font-lock-defaults '(deriv-font-lock-keywords)))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.deriv\\'" . deriv-mode))

(add-to-list 'eglot-server-programs '((deriv-mode markdown-mode latex-mode) . ("backproof" "lsp")))

(provide 'backproof)
;;; backproof.el ends here
